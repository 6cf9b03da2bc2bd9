// The caller's terminal, while a mux uses it: its name, a descriptor of its own for the mux, its
// settings to be given back.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <string>
#include <string_view>
#include <termios.h>

namespace berth::client {

class Terminal {
  public:
    // ENOTTY: standard input is no terminal.
    [[nodiscard]] static Result<Terminal> open();

    [[nodiscard]] const std::string& name() const { return name_; }
    // A new open file description: O_NONBLOCK on it does not touch the one that the shell has.
    // Where the terminal is another account's (su), standard input itself, made non-blocking until
    // restore().
    [[nodiscard]] Result<Fd> open_again();
    // A line at the bottom, over what is there, while no mux draws; the next one paints it over.
    void show_line(std::string_view text);
    // Reads what the terminal answers to a mux that is no longer there.
    void discard_answers() const;
    // Gives the settings back, and with `reset` also leaves every mode that a session may have set.
    void restore(bool reset);
    // For a program that has it for a while: its settings, and a clear screen of its own, with
    // nothing left to scroll back to.
    void lend();
    // After lend() (was_lent), or restore(false): the mux sets its modes anew.
    void take_back(bool was_lent);

  private:
    void put(std::string_view bytes);

    std::string name_;
    termios settings_{};
    int flags_ = -1; // of standard input, when it was changed
};

} // namespace berth::client
