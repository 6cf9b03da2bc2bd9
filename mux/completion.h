// What Tab makes of a word at a prompt: commands, options, layouts, sessions, windows.
#pragma once

#include "prompt/history.h"

#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Server;
struct Session;

struct Completion {
    std::string text;                 // what the word becomes; empty: it stays
    std::string begin;                // what stands before each of the choices
    std::vector<std::string> choices; // to choose from, sorted
};

// first: the word begins the line.
[[nodiscard]] Completion complete_word(const Server& server, const Session& session,
                                       prompt::Type type, std::string_view word, bool first);

} // namespace berth::mux
