// Words of a step in a recorded case file: split as a shell does, with '', "" and $'' (\n \t \e \a
// \b \r \ooo). The same splitter as in the tools that record the cases.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::tests {

inline char escape_letter(char letter) {
    constexpr std::string_view kLetters = "nteabr";
    constexpr std::string_view kBytes = "\n\t\033\a\b\r";
    const auto at = kLetters.find(letter);
    return at == std::string_view::npos ? letter : kBytes[at];
}

inline std::vector<std::string> split_words(std::string_view line) {
    std::vector<std::string> words;
    std::optional<std::string> word;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool dollar = line.substr(i).starts_with("$'");
        const char c = dollar ? '\'' : line[i];
        if (c == ' ') {
            if (word)
                words.push_back(*word);
            word.reset();
            continue;
        }
        if (!word)
            word.emplace();
        if (c != '\'' && c != '"') {
            word->push_back(c);
            continue;
        }
        for (i += dollar ? 2 : 1; i < line.size() && line[i] != c; ++i) {
            if (line[i] != '\\' || (c == '\'' && !dollar)) {
                word->push_back(line[i]);
                continue;
            }
            ++i;
            if (dollar && line[i] >= '0' && line[i] <= '7') {
                word->push_back(
                    static_cast<char>(std::stoi(std::string(line.substr(i, 3)), nullptr, 8)));
                i += 2;
            } else {
                word->push_back(dollar ? escape_letter(line[i]) : line[i]);
            }
        }
    }
    if (word)
        words.push_back(*word);
    return words;
}

} // namespace berth::tests
