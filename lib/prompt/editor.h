// The line of a prompt and what editing keys do to it. Pure: which key means which action is the
// mux's business (mux/prompt_keys.h). Positions count characters (code points), as tmux's do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::prompt {

inline constexpr std::size_t kMaxLine = 64U << 10; // bytes of a prompt's line; more is not taken

enum class Edit : std::uint8_t {
    left,
    right,
    begin,
    end,
    erase_left,
    erase_here,
    erase_all,
    erase_to_end,
    erase_word, // the one before the cursor; it is kept for yank
    transpose,
    past_word,       // behind the end of this or the next one
    next_word,       // to its begin
    next_word_end,   // to its end
    previous_word,   // to its begin
    next_space_word, // the same with blanks alone between words
    next_space_word_end,
    previous_space_word,
};

class Editor {
  public:
    // separators: the characters that end words besides blanks.
    explicit Editor(std::string separators) : separators_(std::move(separators)) {}

    // The cursor is at the end then.
    void set(std::string_view text);
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool empty() const { return characters_.empty(); }
    [[nodiscard]] const std::vector<std::string>& characters() const { return characters_; }
    [[nodiscard]] std::size_t cursor() const { return cursor_; }

    // Whether the text has changed.
    bool apply(Edit edit);
    // Control characters are left out. Whether the text has changed.
    bool insert(std::string_view text);
    // What erase_word took last.
    [[nodiscard]] const std::string& erased() const { return erased_; }

    // The word that the cursor is in or behind, up to the cursor, and what takes its place.
    struct Word {
        std::size_t begin = 0; // a position
        std::string text;
    };
    [[nodiscard]] Word word() const;
    void replace(const Word& word, std::string_view text);

  private:
    enum class Words : std::uint8_t { by_separators, by_spaces };
    [[nodiscard]] bool space(std::size_t at) const;
    [[nodiscard]] bool separator(std::size_t at, Words words) const;
    void past();
    void forward(Words words);
    void forward_end(Words words);
    [[nodiscard]] std::size_t backward(Words words) const;
    bool erase(std::size_t begin, std::size_t end);

    std::string separators_;
    std::vector<std::string> characters_;
    std::size_t cursor_ = 0;
    std::size_t bytes_ = 0;
    std::string erased_;
};

// Whole characters of valid UTF-8; other bytes are left out.
[[nodiscard]] std::vector<std::string> split(std::string_view text);

} // namespace berth::prompt
