// Between a client (berth-login, berth, berth-subsystem) and the mux. A part of
// protocol/messages.h.
#pragma once

#include "protocol/message_ids.h"

namespace berth::protocol {

// client -> mux, mux -> keeper: entries "NAME=value" (or "NAME": unset) for the Command or Spawn
// that follows; they add up.
struct Environment {
    static constexpr Id kId = Id::environment;
    static constexpr std::size_t kDescriptors = 0;
    Texts entries;
    template <class V> void fields(V& v) { v.texts(entries, kMaxEntries, kMaxChunk); }
};

// client -> mux: run this command. With a terminal: 1 descriptor, opened anew by the client
// (non-blocking, read and write).
struct Command {
    static constexpr Id kId = Id::command;
    static constexpr std::size_t kDescriptors = 1;
    Texts words; // tmux's command language; empty: new-session
    std::uint8_t login =
        0; // 1: berth-login at the start of an ssh login: policy's on_login decides
    std::uint8_t utf8 = 1;
    std::uint8_t read_only = 0;
    std::uint8_t json = 0;    // 1: answers as JSON where the command has them
    std::uint8_t control = 0; // 1: control mode, commands are lines of its standard input
    std::uint8_t again = 0;   // 1: the client was attached to `session` when the mux went away
    std::string
        session;      // login: the session asked for by LC_BERTH, or empty; again: the one it had
    std::string term; // $TERM
    std::string tty;  // the terminal's name
    std::string directory;
    Texts files;              // -f: the configuration, should this client be the server's first
    std::uint8_t as_tmux = 0; // 1: the client calls itself tmux; its server has tmux's defaults
    template <class V> void fields(V& v) {
        v.texts(words, kMaxArguments, kMaxArgumentBytes);
        v.number(login);
        v.number(utf8);
        v.number(read_only);
        v.number(json);
        v.number(control);
        v.number(again);
        v.text(session, kMaxLine);
        v.text(term, kMaxTerm);
        v.text(tty, kMaxTerm);
        v.text(directory, kMaxPath);
        v.texts(files, kMaxArguments, kMaxArgumentBytes);
        v.number(as_tmux);
    }
};

// mux -> client: the terminal is in use for the session of that id ("$3") now; the client gives it
// back as it was when all ends, and asks for that session again (Command::session, again = 1)
// should the mux go away without Finish.
struct Attached {
    static constexpr Id kId = Id::attached;
    static constexpr std::size_t kDescriptors = 0;
    std::string session;
    template <class V> void fields(V& v) { v.text(session, kMaxName); }
};

// client -> mux: SIGWINCH arrived.
struct Resized {
    static constexpr Id kId = Id::resized;
    static constexpr std::size_t kDescriptors = 0;
    template <class V> void fields(V&) {}
};

// mux -> client: print this.
struct Output {
    static constexpr Id kId = Id::output;
    static constexpr std::size_t kDescriptors = 0;
    Stream stream = Stream::out;
    std::string bytes;
    template <class V> void fields(V& v) {
        v.choice(stream, Stream::error);
        v.text(bytes, kMaxChunk);
    }
};

// mux -> client: send the file's contents ("-": standard input) as FileData.
struct ReadFile {
    static constexpr Id kId = Id::read_file;
    static constexpr std::size_t kDescriptors = 0;
    std::uint32_t request = 0;
    std::string path;
    template <class V> void fields(V& v) {
        v.number(request);
        v.text(path, kMaxPath);
    }
};

// client -> mux: a piece of a file; `last` = 1 ends it, with an errno value when it could not be
// read or written.
struct FileData {
    static constexpr Id kId = Id::file_data;
    static constexpr std::size_t kDescriptors = 0;
    std::uint32_t request = 0;
    std::string bytes;
    std::uint8_t last = 0;
    std::int32_t error = 0;
    template <class V> void fields(V& v) {
        v.number(request);
        v.text(bytes, kMaxChunk);
        v.number(last);
        v.number(error);
    }
};

// mux -> client: write these bytes to the file ("-": standard output); append = 1, or a second
// piece: at its end. The last is answered by FileData.
struct WriteFile {
    static constexpr Id kId = Id::write_file;
    static constexpr std::size_t kDescriptors = 0;
    std::uint32_t request = 0;
    std::string path;
    std::uint8_t append = 0;
    std::uint8_t last = 0;
    std::string bytes;
    template <class V> void fields(V& v) {
        v.number(request);
        v.text(path, kMaxPath);
        v.number(append);
        v.number(last);
        v.text(bytes, kMaxChunk);
    }
};

// mux -> client: the terminal is the client's own for a while. It runs the command there, on a
// screen that is cleared; without one it stops as at C-z. Answered by Back.
struct StepAside {
    static constexpr Id kId = Id::step_aside;
    static constexpr std::size_t kDescriptors = 0;
    std::string command; // for sh -c
    template <class V> void fields(V& v) { v.text(command, kMaxArgumentBytes); }
};

// client -> mux: the terminal is the mux's again.
struct Back {
    static constexpr Id kId = Id::back;
    static constexpr std::size_t kDescriptors = 0;
    template <class V> void fields(V&) {}
};

// mux -> client, before Finish: what it does when it has given the terminal back: it sends its
// parent a SIGHUP, or becomes the shell that runs the command.
struct Leave {
    static constexpr Id kId = Id::leave;
    static constexpr std::size_t kDescriptors = 0;
    LeaveHow how = LeaveHow::hang_up;
    std::string shell;
    std::string command;
    template <class V> void fields(V& v) {
        v.choice(how, LeaveHow::become);
        v.text(shell, kMaxPath);
        v.text(command, kMaxArgumentBytes);
    }
};

// mux -> client: the end. `text` is a line for standard output, or empty; `fallback` = 1:
// berth-login goes on with the plain shell.
struct Finish {
    static constexpr Id kId = Id::finish;
    static constexpr std::size_t kDescriptors = 0;
    std::int32_t status = 0;
    std::string text;
    std::uint8_t fallback = 0;
    template <class V> void fields(V& v) {
        v.number(status);
        v.text(text, kMaxLine);
        v.number(fallback);
    }
};

} // namespace berth::protocol
