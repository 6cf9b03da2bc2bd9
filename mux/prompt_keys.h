// Which keys of a prompt mean what: the option status-keys, emacs or vi.
#pragma once

#include "keys/key.h"
#include "prompt/editor.h"

#include <cstdint>
#include <optional>

namespace berth::mux {

enum class PromptAct : std::uint8_t {
    insert, // the key's character
    edit,   // PromptKey::edit
    complete,
    accept,
    cancel,
    older,
    newer,
    paste,
    search_back,    // of an incremental prompt
    search_forward, // of an incremental prompt
    quote,          // the next key is inserted as it is
    command_mode,   // vi
    insert_mode,    // vi, after the edit
};

struct PromptKey {
    PromptAct act = PromptAct::insert;
    std::optional<prompt::Edit> edit{}; // is done first
};

enum class PromptMode : std::uint8_t { emacs, vi_insert, vi_command };

// nullopt: the key means nothing in a prompt.
[[nodiscard]] std::optional<PromptKey> prompt_key(PromptMode mode, keys::Key key);

} // namespace berth::mux
