// Tables and segmentation against two independent judges: the UCD's own test strings, and utf8proc.
#include "vt/line.h"
#include "vt/unicode.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <random>
#include <sstream>
#include <utf8proc.h>
#include <vector>

namespace vt = berth::vt;

namespace {

struct BreakCase {
    std::string line;
    std::u32string text;
    std::vector<bool> breaks; // before each code point
};

std::vector<BreakCase> read_cases() {
    std::ifstream file(BERTH_CASES "/unicode/grapheme_break.txt");
    std::vector<BreakCase> cases;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#')
            continue;
        BreakCase entry{line, {}, {}};
        std::istringstream words(line);
        for (std::string mark, code; words >> mark >> code;) {
            entry.breaks.push_back(mark == "|");
            entry.text.push_back(static_cast<char32_t>(std::stoul(code, nullptr, 16)));
        }
        cases.push_back(entry);
    }
    return cases;
}

std::vector<bool> breaks_of(std::u32string_view text) {
    vt::GraphemeState state;
    std::vector<bool> breaks;
    for (const char32_t code : text)
        breaks.push_back(vt::breaks_before(state, code));
    return breaks;
}

// One code point of each kind that the rules tell apart.
constexpr char32_t kKinds[] = {0x61,    0x0D,   0x0A,   0x01,    0x300,  0x200D, 0x1F1E6, 0x600,
                               0x903,   0x1100, 0x1160, 0x11A8,  0xAC00, 0xAC01, 0x231A,  0x1F468,
                               0x1F3FB, 0xFE0F, 0x4E00, 0xE0061, 0xFF9E, 0x378};

} // namespace

BOOST_AUTO_TEST_SUITE(vt_unicode)

BOOST_AUTO_TEST_CASE(the_ucd_test_strings_break_where_it_says) {
    const auto cases = read_cases();
    BOOST_REQUIRE(cases.size() > 600);
    for (const auto& entry : cases)
        BOOST_TEST((breaks_of(entry.text) == entry.breaks), entry.line);
}

BOOST_AUTO_TEST_CASE(random_texts_break_where_utf8proc_breaks) {
    std::mt19937 random(29);
    for (int round = 0; round < 20000; ++round) {
        std::u32string text;
        for (unsigned i = 0; i < 6; ++i)
            text.push_back(kKinds[random() % std::size(kKinds)]);
        const auto ours = breaks_of(text);
        utf8proc_int32_t state = 0;
        for (std::size_t i = 1; i < text.size(); ++i) {
            const bool theirs =
                utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(text[i - 1]),
                                                 static_cast<utf8proc_int32_t>(text[i]), &state);
            BOOST_REQUIRE_MESSAGE(ours[i] == theirs,
                                  "round " << round << " before code point " << i);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_break_class_agrees_with_utf8proc) {
    BOOST_TEST(std::string(utf8proc_unicode_version()) == vt::kUnicodeVersion);
    constexpr vt::GraphemeBreak kClasses[] = {vt::GraphemeBreak::other,
                                              vt::GraphemeBreak::other,
                                              vt::GraphemeBreak::cr,
                                              vt::GraphemeBreak::lf,
                                              vt::GraphemeBreak::control,
                                              vt::GraphemeBreak::extend,
                                              vt::GraphemeBreak::l,
                                              vt::GraphemeBreak::v,
                                              vt::GraphemeBreak::t,
                                              vt::GraphemeBreak::lv,
                                              vt::GraphemeBreak::lvt,
                                              vt::GraphemeBreak::regional_indicator,
                                              vt::GraphemeBreak::spacing_mark,
                                              vt::GraphemeBreak::prepend,
                                              vt::GraphemeBreak::zwj};
    for (char32_t code = 0; code <= 0x10FFFF; ++code) {
        if (utf8proc_category(static_cast<utf8proc_int32_t>(code)) == UTF8PROC_CATEGORY_CN)
            continue; // it knows nothing of the defaults of unassigned code points
        const auto theirs = utf8proc_get_property(static_cast<utf8proc_int32_t>(code))->boundclass;
        const auto expected = theirs == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC
                                  ? vt::GraphemeBreak::pictographic
                                  : kClasses[theirs];
        BOOST_REQUIRE_MESSAGE(vt::grapheme_break(code) == expected,
                              "U+" << std::hex << static_cast<unsigned>(code));
    }
}

// Left out: spacing marks and Hangul medials, where it differs from every wcwidth(), format
// characters that print, and what is not assigned.
BOOST_AUTO_TEST_CASE(widths_agree_with_utf8proc_where_it_means_the_same) {
    for (char32_t code = 0x20; code <= 0x10FFFF; ++code) {
        const auto point = static_cast<utf8proc_int32_t>(code);
        const auto category = utf8proc_category(point);
        const bool own_rule =
            category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CO ||
            category == UTF8PROC_CATEGORY_CS || category == UTF8PROC_CATEGORY_CF ||
            category == UTF8PROC_CATEGORY_MC || (code >= 0x1160 && code <= 0x11FF) ||
            (code >= 0xD7B0 && code <= 0xD7FB);
        if (!own_rule)
            BOOST_REQUIRE_MESSAGE(vt::width(code) == utf8proc_charwidth(point),
                                  "U+" << std::hex << static_cast<unsigned>(code) << " "
                                       << vt::width(code) << " " << utf8proc_charwidth(point));
    }
}

BOOST_AUTO_TEST_CASE(widths_of_chosen_code_points) {
    BOOST_TEST(vt::width(U'a') == 1);
    BOOST_TEST(vt::width(0x00) == 0);
    BOOST_TEST(vt::width(0x9F) == 0);
    BOOST_TEST(vt::width(0xAD) == 1);
    BOOST_TEST(vt::width(0x301) == 0);
    BOOST_TEST(vt::width(0x600) == 1);
    BOOST_TEST(vt::width(0x1100) == 2);
    BOOST_TEST(vt::width(0x1161) == 0);
    BOOST_TEST(vt::width(0x200B) == 0);
    BOOST_TEST(vt::width(0x4E00) == 2);
    BOOST_TEST(vt::width(0xFFFD) == 1);
    BOOST_TEST(vt::width(0x1F600) == 2);
    BOOST_TEST(vt::width(0x3FFFD) == 2);
    BOOST_TEST(vt::width(0xE01EF) == 0);
    BOOST_TEST(vt::width(0x110000) == 1);
    BOOST_TEST(vt::width(0xA7) == 1);
    BOOST_TEST(vt::width(0xA7, vt::Ambiguous::wide) == 2);
    BOOST_TEST(vt::width(0x301, vt::Ambiguous::wide) == 0);
}

BOOST_AUTO_TEST_CASE(widths_of_clusters) {
    BOOST_TEST(vt::cluster_width(U"e\u0301") == 1);
    BOOST_TEST(vt::cluster_width(U"\u2764") == 1);
    BOOST_TEST(vt::cluster_width(U"\u2764\uFE0F") == 2);
    BOOST_TEST(vt::cluster_width(U"#\uFE0F\u20E3") == 2);
    BOOST_TEST(vt::cluster_width(U"a\uFE0F") == 1);
    BOOST_TEST(vt::cluster_width(U"\u231A\uFE0E") == 2);
    BOOST_TEST(vt::cluster_width(U"\U0001F1E9\U0001F1EA") == 2);
    BOOST_TEST(vt::cluster_width(U"\U0001F1E9") == 1);
    BOOST_TEST(vt::cluster_width(U"\U0001F468\u200D\U0001F469\u200D\U0001F467") == 2);
    BOOST_TEST(vt::cluster_width(U"\U0001F44B\U0001F3FD") == 2);
    BOOST_TEST(vt::cluster_width(U"\u1112\u1161\u11AB") == 2);
    BOOST_TEST(vt::cluster_width(U"\u0915\u093F") == 2);
    BOOST_TEST(vt::cluster_width(U"\u200B") == 0);
}

BOOST_AUTO_TEST_CASE(texts_are_taken_apart_by_cluster) {
    std::string_view rest = "ab\u0301\U0001F1E9\U0001F1EA\u4E00";
    std::vector<std::string> clusters;
    while (!rest.empty())
        clusters.emplace_back(vt::take_cluster(rest).bytes);
    BOOST_TEST(
        (clusters == std::vector<std::string>{"a", "b\u0301", "\U0001F1E9\U0001F1EA", "\u4E00"}));
    BOOST_TEST(vt::text_width("ab\u0301\U0001F1E9\U0001F1EA\u4E00") == 6U);
    BOOST_TEST(vt::text_width("") == 0U);
}

BOOST_AUTO_TEST_CASE(ill_formed_utf8_gives_one_replacement_for_each_maximal_part) {
    // The example of Unicode 15, table 3-8, and neighbours of every limit of table 3-7.
    const auto decode = [](std::string_view rest) {
        std::u32string out;
        while (!rest.empty())
            out.push_back(vt::take_code_point(rest));
        return out;
    };
    BOOST_TEST((decode("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64") ==
                U"\x61\uFFFD\uFFFD\uFFFD\x62\uFFFD\x63\uFFFD\uFFFD\x64"));
    BOOST_TEST((decode("\xC0\xAF") == U"\uFFFD\uFFFD"));
    BOOST_TEST((decode("\xED\xA0\x80") == U"\uFFFD\uFFFD\uFFFD"));
    BOOST_TEST((decode("\xF4\x90\x80\x80") == U"\uFFFD\uFFFD\uFFFD\uFFFD"));
    BOOST_TEST(
        (decode("\xE0\xA0\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF") == U"\u0800\U00010000\U0010FFFF"));
}

BOOST_AUTO_TEST_CASE(every_scalar_value_survives_utf8) {
    std::string bytes;
    for (char32_t code = 0; code <= 0x10FFFF; ++code) {
        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        bytes.clear();
        vt::append_utf8(code, bytes);
        std::string_view rest = bytes;
        const char32_t back = vt::take_code_point(rest);
        BOOST_REQUIRE((back == code && rest.empty()));
    }
}

BOOST_AUTO_TEST_SUITE_END()
