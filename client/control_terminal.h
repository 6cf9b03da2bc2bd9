// The terminal of `-CC`: lines as they are, without an echo, and what is said in a DCS (ECMA-48,
// device control string) that tells the terminal's program where the protocol begins and ends.
// Given back as it was at the end. The calling user's process.
#pragma once

#include "base/result.h"

#include <termios.h>

namespace berth {

class ControlTerminal {
  public:
    // ENOTTY: standard input is no terminal.
    [[nodiscard]] static Result<ControlTerminal> begin();
    ControlTerminal(ControlTerminal&& other) noexcept;
    ControlTerminal& operator=(ControlTerminal&&) = delete;
    ~ControlTerminal();

  private:
    explicit ControlTerminal(const termios& settings) : settings_(settings) {}
    termios settings_;
    bool mine_ = true;
};

} // namespace berth
