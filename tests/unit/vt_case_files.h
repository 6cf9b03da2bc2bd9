// The cases of tests/cases/vt as files: what all tests that go through them read.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "vt/size.h"

namespace berth::vt::test {

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("cannot read " + path.string());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// A case's bytes: C escapes, \\e is ESC, a line end is no byte.
inline std::string unescaped(std::string_view text) {
    static const std::map<char, char> kNames = {
        {'e', '\x1b'}, {'n', '\n'}, {'r', '\r'}, {'t', '\t'},  {'a', '\a'},
        {'b', '\b'},   {'v', '\v'}, {'f', '\f'}, {'\\', '\\'}, {'s', ' '}};
    std::string bytes;
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (text[place] == '\n')
            continue;
        if (text[place] != '\\') {
            bytes += text[place];
        } else if (text.at(++place) == 'x') {
            bytes +=
                static_cast<char>(std::stoi(std::string(text.substr(place + 1, 2)), nullptr, 16));
            place += 2;
        } else {
            bytes += kNames.at(text[place]);
        }
    }
    return bytes;
}

// What is fed to a terminal of which size.
struct CaseInput {
    std::string name;
    Size size;
    std::string in;
};

inline std::vector<CaseInput> case_inputs() {
    std::vector<CaseInput> cases;
    for (const auto& entry : std::filesystem::directory_iterator(BERTH_CASES "/vt")) {
        CaseInput one;
        one.name = entry.path().filename();
        std::istringstream(read_file(entry.path() / "size")) >> one.size.rows >> one.size.columns;
        one.in = unescaped(read_file(entry.path() / "in"));
        cases.push_back(one);
    }
    std::sort(cases.begin(), cases.end(),
              [](const CaseInput& a, const CaseInput& b) { return a.name < b.name; });
    return cases;
}

} // namespace berth::vt::test
