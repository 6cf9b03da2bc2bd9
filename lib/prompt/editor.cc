#include "prompt/editor.h"

#include <algorithm>

namespace berth::prompt {
namespace {

// Bytes of the character that begins with this one; 0: none does.
std::size_t length_of(unsigned char first) {
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

bool follows(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

} // namespace

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> characters;
    while (!text.empty()) {
        const std::size_t length = length_of(static_cast<unsigned char>(text.front()));
        const bool whole = length > 0 && length <= text.size() &&
                           std::ranges::all_of(text.substr(1, length - 1), follows);
        if (whole)
            characters.emplace_back(text.substr(0, length));
        text.remove_prefix(whole ? length : 1);
    }
    return characters;
}

void Editor::set(std::string_view text) {
    characters_ = split(text.substr(0, kMaxLine));
    cursor_ = characters_.size();
    bytes_ = 0;
    for (const std::string& character : characters_)
        bytes_ += character.size();
}

std::string Editor::text() const {
    std::string text;
    text.reserve(bytes_);
    for (const std::string& character : characters_)
        text += character;
    return text;
}

bool Editor::insert(std::string_view text) {
    bool changed = false;
    for (std::string& character : split(text)) {
        const auto first = static_cast<unsigned char>(character.front());
        if (first < 0x20 || first == 0x7f || bytes_ + character.size() > kMaxLine)
            continue;
        bytes_ += character.size();
        characters_.insert(characters_.begin() + static_cast<std::ptrdiff_t>(cursor_++),
                           std::move(character));
        changed = true;
    }
    return changed;
}

bool Editor::erase(std::size_t begin, std::size_t end) {
    if (begin >= end)
        return false;
    for (std::size_t at = begin; at < end; ++at)
        bytes_ -= characters_[at].size();
    characters_.erase(characters_.begin() + static_cast<std::ptrdiff_t>(begin),
                      characters_.begin() + static_cast<std::ptrdiff_t>(end));
    cursor_ = begin;
    return true;
}

bool Editor::space(std::size_t at) const {
    return characters_[at] == " ";
}

bool Editor::separator(std::size_t at, Words words) const {
    return words == Words::by_separators && separators_.find(characters_[at]) != std::string::npos;
}

void Editor::past() {
    const std::size_t size = characters_.size();
    while (cursor_ < size && space(cursor_))
        ++cursor_;
    if (cursor_ >= size)
        return;
    const bool separators = separator(cursor_, Words::by_separators);
    while (cursor_ < size && !space(cursor_) &&
           separator(cursor_, Words::by_separators) == separators)
        ++cursor_;
}

// To where the next word begins: past the rest of this one (a run of separators is one), past
// blanks.
void Editor::forward(Words words) {
    const std::size_t size = characters_.size();
    if (cursor_ < size && !space(cursor_)) {
        const bool separators = separator(cursor_, words);
        while (cursor_ < size && !space(cursor_) && separator(cursor_, words) == separators)
            ++cursor_;
    }
    while (cursor_ < size && space(cursor_))
        ++cursor_;
}

// To the last character of a word, as vi does.
void Editor::forward_end(Words words) {
    const std::size_t size = characters_.size();
    if (cursor_ >= size)
        return;
    ++cursor_;
    while (cursor_ < size && space(cursor_))
        ++cursor_;
    if (cursor_ >= size) {
        cursor_ = size;
        return;
    }
    const bool separators = separator(cursor_, words);
    while (cursor_ < size && !space(cursor_) && separator(cursor_, words) == separators)
        ++cursor_;
    --cursor_;
}

std::size_t Editor::backward(Words words) const {
    std::size_t at = cursor_;
    while (at > 0 && space(at - 1))
        --at;
    if (at == 0)
        return at;
    const bool separators = separator(at - 1, words);
    while (at > 0 && !space(at - 1) && separator(at - 1, words) == separators)
        --at;
    return at;
}

bool Editor::apply(Edit edit) {
    const std::size_t size = characters_.size();
    switch (edit) {
    case Edit::left:
        cursor_ -= cursor_ > 0 ? 1 : 0;
        return false;
    case Edit::right:
        cursor_ += cursor_ < size ? 1 : 0;
        return false;
    case Edit::begin:
        cursor_ = 0;
        return false;
    case Edit::end:
        cursor_ = size;
        return false;
    case Edit::erase_left:
        return cursor_ > 0 && erase(cursor_ - 1, cursor_);
    case Edit::erase_here:
        return cursor_ < size && erase(cursor_, cursor_ + 1);
    case Edit::erase_all:
        return erase(0, size);
    case Edit::erase_to_end:
        return erase(cursor_, size);
    case Edit::erase_word: {
        const std::size_t begin = backward(Words::by_separators);
        if (begin == cursor_)
            return false;
        erased_.clear();
        for (std::size_t at = begin; at < cursor_; ++at)
            erased_ += characters_[at];
        return erase(begin, cursor_);
    }
    case Edit::transpose: {
        const std::size_t at = cursor_ < size ? cursor_ + 1 : cursor_;
        if (at < 2)
            return false;
        std::swap(characters_[at - 2], characters_[at - 1]);
        cursor_ = at;
        return true;
    }
    case Edit::past_word:
        past();
        return false;
    case Edit::next_word:
    case Edit::next_space_word:
        forward(edit == Edit::next_word ? Words::by_separators : Words::by_spaces);
        return false;
    case Edit::next_word_end:
    case Edit::next_space_word_end:
        forward_end(edit == Edit::next_word_end ? Words::by_separators : Words::by_spaces);
        return false;
    case Edit::previous_word:
    case Edit::previous_space_word:
        cursor_ = backward(edit == Edit::previous_word ? Words::by_separators : Words::by_spaces);
        return false;
    }
    return false;
}

Editor::Word Editor::word() const {
    Word word;
    word.begin = cursor_;
    while (word.begin > 0 && !space(word.begin - 1))
        --word.begin;
    for (std::size_t at = word.begin; at < cursor_; ++at)
        word.text += characters_[at];
    return word;
}

void Editor::replace(const Word& word, std::string_view text) {
    erase(word.begin, word.begin + split(word.text).size());
    cursor_ = word.begin;
    insert(text);
}

} // namespace berth::prompt
