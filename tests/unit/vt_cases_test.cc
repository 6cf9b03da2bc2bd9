// The cases of tests/cases/vt: NAME/in is fed to a terminal of NAME/size, and what NAME/out says
// must hold; NAME/source cites what it follows from. Then each case once more cut at every byte,
// and through snapshots.
//
// size: rows columns
// in:   bytes with C escapes (\e is ESC); a line end is no byte
// out:  lines of
//       |text             the screen's rows from the top; the ones not named are empty
//       cursor ROW COLUMN [wrap] [hidden]     from 1
//       answers BYTES     everything that was answered, with C escapes
//       relay BYTES       everything that was relayed; `relay same`: the input
//       style ROW COLUMN PARAMETERS           SGR parameters of the cell
//       link ROW COLUMN URI
//       line ROW WORDS    of: wrapped, wide, top, bottom, prompt
//       history COUNT / history INDEX TEXT
//       title TEXT, icon TEXT, directory TEXT, clipboard SELECTION BASE64, bell COUNT, screen
//       main|alternate
#include <algorithm>
#include <sstream>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "vt/handlers.h"
#include "vt/terminal.h"
#include "vt_case_files.h"

namespace {

using namespace berth::vt;
using berth::vt::test::read_file;
using berth::vt::test::unescaped;

struct Record : Sink {
    std::string answers;
    std::string relayed;
    std::string clipboard;
    int bells = 0;

    void answer(std::string_view bytes) override { answers += bytes; }
    void relay(std::string_view bytes) override { relayed += bytes; }
    void bell() override { ++bells; }
    void clipboard_set(std::string_view selection, std::string_view base64) override {
        clipboard = fmt::format("{} {}", selection, base64);
    }
    void clipboard_query(std::string_view selection) override {
        clipboard = fmt::format("{} ?", selection);
    }
};

std::string escape(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) {
        if (byte == '\x1b')
            text += "\\e";
        else if (byte == '\\')
            text += "\\\\";
        else if ((byte >= 0 && byte < ' ') || byte == '\x7f')
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        else
            text += byte;
    }
    return text;
}

struct Case {
    std::string name;
    Size size;
    std::string in;
    std::vector<std::string> out;
};

std::ostream& operator<<(std::ostream& out, const Case& each) {
    return out << each.name;
}

std::vector<Case> load() {
    std::vector<Case> cases;
    for (const auto& entry : std::filesystem::directory_iterator(BERTH_CASES "/vt")) {
        Case one;
        one.name = entry.path().filename();
        std::istringstream(read_file(entry.path() / "size")) >> one.size.rows >> one.size.columns;
        one.in = unescaped(read_file(entry.path() / "in"));
        std::istringstream out(read_file(entry.path() / "out"));
        for (std::string line; std::getline(out, line);)
            one.out.push_back(line);
        BOOST_REQUIRE(!read_file(entry.path() / "source").empty());
        cases.push_back(one);
    }
    std::sort(cases.begin(), cases.end(),
              [](const Case& a, const Case& b) { return a.name < b.name; });
    return cases;
}

const std::vector<Case>& cases() {
    static const std::vector<Case> all = load();
    return all;
}

Config config() {
    Config wanted;
    wanted.report_title = true;
    return wanted;
}

std::string words_of(const LineView& line) {
    std::string words;
    words += line.wrapped ? " wrapped" : "";
    words += line.size == LineSize::double_width ? " wide" : "";
    words += line.size == LineSize::double_height_top ? " top" : "";
    words += line.size == LineSize::double_height_bottom ? " bottom" : "";
    words += line.mark == Mark::prompt ? " prompt" : "";
    return words;
}

// What the terminal says to the same question as the expected line, which therefore must come out
// again.
std::string observed(const Terminal& terminal, const Record& record, const Case& one,
                     const std::string& expected) {
    std::istringstream words(expected);
    std::string what;
    words >> what;
    int row = 0;
    int column = 0;
    if (what == "cursor") {
        const Cursor cursor = terminal.cursor();
        return fmt::format("cursor {} {}{}{}", cursor.row + 1, cursor.column + 1,
                           cursor.pending_wrap ? " wrap" : "", cursor.visible ? "" : " hidden");
    }
    if (what == "answers")
        return "answers " + escape(record.answers);
    if (what == "relay")
        return expected == "relay same" && record.relayed == one.in
                   ? expected
                   : "relay " + escape(record.relayed);
    if (what == "style" && words >> row >> column)
        return fmt::format("style {} {} {}", row, column,
                           handlers::rendition_text(terminal.line(row - 1).style(column - 1)));
    if (what == "link" && words >> row >> column) {
        const Hyperlink* link = terminal.line(row - 1).link(column - 1);
        return fmt::format("link {} {} {}", row, column, link == nullptr ? "" : link->uri);
    }
    if (what == "line" && words >> row)
        return fmt::format("line {}{}", row, words_of(terminal.line(row - 1)));
    if (what == "history") {
        std::string text;
        words >> row;
        if (!std::getline(words, text))
            return fmt::format("history {}", terminal.history().lines());
        LineBuffer buffer;
        return fmt::format("history {} {}", row,
                           terminal.history().line(static_cast<std::size_t>(row), buffer).text());
    }
    if (what == "title")
        return "title " + terminal.title();
    if (what == "icon")
        return "icon " + terminal.icon_name();
    if (what == "directory")
        return "directory " + terminal.working_directory();
    if (what == "clipboard")
        return "clipboard " + record.clipboard;
    if (what == "bell")
        return fmt::format("bell {}", record.bells);
    if (what == "screen")
        return terminal.screen() == Screen::main ? "screen main" : "screen alternate";
    return "no such question";
}

BOOST_AUTO_TEST_SUITE(vt_cases)

BOOST_DATA_TEST_CASE(holds, boost::unit_test::data::make(cases()), one) {
    Terminal terminal(one.size, config());
    Record record;
    terminal.write(one.in, record);
    std::vector<std::string> rows;
    for (const std::string& line : one.out) {
        if (line.starts_with('|'))
            rows.push_back(line.substr(1));
        else
            BOOST_CHECK_EQUAL(observed(terminal, record, one, line), line);
    }
    rows.resize(static_cast<std::size_t>(one.size.rows));
    for (int row = 0; row < one.size.rows; ++row)
        BOOST_CHECK_EQUAL(terminal.line(row).text(), rows[static_cast<std::size_t>(row)]);
}

BOOST_DATA_TEST_CASE(is_the_same_cut_anywhere, boost::unit_test::data::make(cases()), one) {
    Terminal whole(one.size, config());
    Record expected;
    whole.write(one.in, expected);
    Terminal bytewise(one.size, config());
    Record bytes;
    for (const char& byte : one.in)
        bytewise.write({&byte, 1}, bytes);
    BOOST_TEST((bytewise == whole), "bytewise");
    BOOST_CHECK_EQUAL(escape(bytes.answers), escape(expected.answers));
    BOOST_CHECK_EQUAL(escape(bytes.relayed), escape(expected.relayed));
    const std::string_view in = one.in;
    for (std::size_t cut = 1; cut < in.size(); ++cut) {
        Terminal terminal(one.size, config());
        Record record;
        terminal.write(in.substr(0, cut), record);
        terminal.write(in.substr(cut), record);
        BOOST_TEST((terminal == whole), "cut at " << cut);
        BOOST_TEST(record.answers == expected.answers, "cut at " << cut);
        BOOST_TEST(record.relayed == expected.relayed, "cut at " << cut);
    }
}

BOOST_DATA_TEST_CASE(survives_a_snapshot, boost::unit_test::data::make(cases()), one) {
    Terminal whole(one.size, config());
    Record expected;
    whole.write(one.in, expected);
    const std::string_view in = one.in;
    const std::size_t step = std::max<std::size_t>(1, in.size() / 6);
    for (std::size_t cut = 0; cut <= in.size(); cut += step) {
        Terminal before(one.size, config());
        Record record;
        before.write(in.substr(0, cut), record);
        Terminal after(Size{1, 1}, config());
        const auto restored = after.restore(before.snapshot());
        BOOST_REQUIRE_MESSAGE(restored.has_value(), (restored ? "" : restored.error().text())
                                                        << " at " << cut);
        BOOST_TEST((after == before), "restored at " << cut);
        after.write(in.substr(cut), record);
        BOOST_TEST((after == whole), "continued from " << cut);
        BOOST_TEST(record.answers == expected.answers, "continued from " << cut);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
