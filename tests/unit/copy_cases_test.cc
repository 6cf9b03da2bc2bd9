// Runs the steps of tests/cases/copy/*.case, recorded from tmux by tools/record-copy, on berth's
// own copy mode. A step that is known to differ is named in tests/cases/copy/different.txt
// ("FILE:LINE reason"); it must differ, and the case goes on from its next "=".
#include "case_words.h"
#include "copy/copy.h"
#include "copy_text_view.h"

#include <boost/test/unit_test.hpp>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace berth::copy;
using berth::tests::TextView;

namespace {

constexpr std::string_view kSeparators = "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~";

std::string contents(const std::string& path) {
    std::ifstream file(path);
    BOOST_REQUIRE_MESSAGE(file, "cannot read " << path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\\')
            out += "\\\\";
        else
            out += c;
    }
    return out;
}

// A pane in copy mode, as a line "= COLUMNSxROWS KEYS TEXT [OPTION=VALUE ...]" asks for it.
struct Pane {
    std::unique_ptr<TextView> view{};
    std::unique_ptr<Copy> copy{};

    explicit Pane(const std::string& header) {
        const auto words = berth::tests::split_words(header);
        const auto cross = words.at(0).find('x');
        Settings settings{.vi = words.at(1) == "vi", .word_separators = std::string(kSeparators)};
        for (std::size_t i = 3; i < words.size(); ++i) {
            if (words[i].starts_with("word-separators="))
                settings.word_separators = words[i].substr(16);
            if (words[i] == "wrap-search=off")
                settings.wrap_search = false;
        }
        view = std::make_unique<TextView>(std::stoi(words[0].substr(0, cross)),
                                          std::stoi(words[0].substr(cross + 1)),
                                          contents(BERTH_CASES "/copy/" + words.at(2)));
        copy = std::make_unique<Copy>(*view, settings, 0, view->cursor_row());
    }

    [[nodiscard]] std::string state() const {
        if (copy == nullptr)
            return "| cancelled";
        std::ostringstream out;
        out << "| " << copy->cursor_column() << ',' << copy->cursor_row() << " +"
            << copy->scroll_position();
        if (copy->selection_present()) {
            const Point start = copy->selection_start(), end = copy->selection_end();
            out << " sel " << start.column << ',' << start.line << '-' << end.column << ','
                << end.line;
        }
        out << (copy->selection_active() ? " active" : "") << (copy->rectangle() ? " rect" : "")
            << (copy->search_present() ? " found" : "");
        if (const std::string match = copy->search_match(); !match.empty())
            out << " match=" << match;
        return out.str();
    }

    std::vector<std::string> step(const std::string& line) {
        auto words = berth::tests::split_words(line);
        int repeat = 1;
        if (words.at(0) == "-N") {
            repeat = std::stoi(words.at(1));
            words.erase(words.begin(), words.begin() + 2);
        }
        Action action;
        if (copy != nullptr)
            action = copy->run(words.at(0), std::span(words).subspan(1), repeat);
        if (action.cancel)
            copy.reset();
        std::vector<std::string> lines{state()};
        if (action.text && action.to_buffer)
            lines.push_back("> " + escaped(*action.text));
        return lines;
    }
};

std::map<std::string, std::string> known_differences() {
    std::map<std::string, std::string> known;
    std::istringstream lines(contents(BERTH_CASES "/copy/different.txt"));
    for (std::string line; std::getline(lines, line);)
        if (!line.empty() && line[0] != '#')
            known[line.substr(0, line.find(' '))] = line.substr(line.find(' ') + 1);
    return known;
}

struct Result {
    std::size_t steps = 0;
    std::size_t different = 0;
};

void run_file(const std::filesystem::path& path, const std::map<std::string, std::string>& known,
              Result& result) {
    std::istringstream file(contents(path));
    std::vector<std::string> expected, got;
    std::optional<Pane> pane;
    std::string where, command;
    bool skip = false;
    const auto compare = [&] {
        if (command.empty() || skip)
            return;
        ++result.steps;
        if (known.contains(where)) {
            BOOST_TEST((got != expected), where << " no longer differs");
            ++result.different;
            skip = true;
            return;
        }
        BOOST_TEST_CONTEXT(where << " " << command)
        BOOST_TEST(got == expected, boost::test_tools::per_element());
        skip = got != expected;
    };
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.starts_with("| ") || line.starts_with("> ")) {
            expected.push_back(line);
            continue;
        }
        if (!line.starts_with("= ") && !line.starts_with("$ "))
            continue;
        compare();
        expected.clear();
        command = line.substr(2);
        where = path.filename().string() + ":" + std::to_string(number);
        if (line[0] == '=') {
            skip = false;
            pane.emplace(command);
            got = {pane->state()};
        } else if (!skip) {
            got = pane->step(command);
        }
    }
    compare();
}

} // namespace

BOOST_AUTO_TEST_SUITE(copy_cases)

BOOST_AUTO_TEST_CASE(recorded_steps_do_the_same) {
    const auto known = known_differences();
    Result result;
    for (const auto& entry : std::filesystem::directory_iterator(BERTH_CASES "/copy"))
        if (entry.path().extension() == ".case")
            run_file(entry.path(), known, result);
    BOOST_TEST(result.different == known.size(), "every known difference is met");
    BOOST_TEST(result.steps >= 500U);
}

BOOST_AUTO_TEST_SUITE_END()
