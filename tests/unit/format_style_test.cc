#include "format/style.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace berth::format;
namespace data = boost::unit_test::data;

namespace {

std::string normal(std::string_view text) {
    const auto style = parse_style(text);
    return style ? style_text(*style) : style.error().operation;
}

struct Case {
    std::string text;
    std::string normal;
};
std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.text;
}

const Case kStyles[] = {
    {"", "default"},
    {"default", "default"},
    {"none", "default"},
    {"fg=red", "fg=red"},
    {"FG=RED", "fg=red"},
    {"fg=red,bg=#FF0000,bold,noreverse", "fg=red,bg=#ff0000,bright"},
    {"fg=yellow bold underscore blink", "fg=yellow,bright,underscore,blink"},
    {"fg=7,bg=97", "fg=white,bg=brightwhite"},
    {"fg=colour5,bg=color255", "fg=colour5,bg=colour255"},
    {"fg=terminal,bg=default", "fg=terminal"},
    {"fg=LightGrey", "fg=#d3d3d3"},
    {"fg=themelightgrey", "fg=themelightgrey"},
    {"us=brightred,curly-underscore", "us=brightred,curly-underscore"},
    {"bold,nobold", "default"},
    {"bold|reverse|italics,noreverse", "bright,italics"},
    {"nobold|dim", "default"},
    {"bold,dim,none", "default"},
    {"fg=red,default", "default"},
    {"default,fg=red", "fg=red"},
    {" , fg=red\n,,bold,", "fg=red,bright"},
    {"acs,hidden,overline,strikethrough,double-underscore,dotted-underscore,dashed-underscore",
     "acs,hidden,strikethrough,double-underscore,dotted-underscore,dashed-underscore,overline"},
    {"align=left", "align=left"},
    {"align=centre", "align=centre"},
    {"align=absolute-centre", "align=absolute-centre"},
    {"align=right,noalign", "default"},
    {"list=on", "list=on"},
    {"list=focus", "list=focus"},
    {"list=left-marker,fg=red", "list=left-marker,fg=red"},
    {"list=right-marker,nolist", "default"},
    {"range=left", "range=left"},
    {"range=window|3", "range=window|3"},
    {"range=pane|%12", "range=pane|%12"},
    {"range=session|$1", "range=session|$1"},
    {"range=user|Name", "range=user|Name"},
    {"range=user|a-name-that-is-too-long", "range=user|a-name-that-is-"},
    {"range=control|9", "range=control|9"},
    {"range=right,norange", "default"},
    {"range=x", "default"},
    {"range=status", "default"},
    {"fill=blue", "fill=blue"},
    {"fill=default", "fill=default"},
    {"push-default", "push-default"},
    {"pop-default,bold", "pop-default,bright"},
    {"set-default", "set-default"},
    {"ignore", "ignore"},
    {"ignore,noignore", "default"},
    {"width=3,pad=1", "width=3,pad=1"},
    {"width=25%", "width=25%"},
    {"dim=20", "dim=20"},
    {"link=https://example.org/,nolink", "default"},
    {"link=https://Example.org/", "link=https://Example.org/"},
};

const char* const kWrong[] = {
    "fg=none",
    "fg=8",
    "fg=#fff",
    "fg=#ff0000ff",
    "fg=light grey",
    "fg=colour256",
    "fg=nope",
    "fg=",
    "fg",
    "fg=red\tbold",
    "noblah",
    "blah",
    "underline",
    "italic",
    "noattr",
    "nofill",
    "noalign=left",
    "align=center",
    "align=x",
    "align=",
    "list=off",
    "list=x",
    "range=window",
    "range=window|",
    "range=left|x",
    "range=window|x",
    "range=window|-1",
    "range=pane|1",
    "range=session|1",
    "range=user",
    "range=control|10",
    "fill=x",
    "fill=",
    "us=nope",
    "bold,|",
    "fg=red#,bold",
    "bold|",
    "width=x",
    "width=101%",
    "dim=101",
    "pad=-1",
    "link=",
    "fg = red",
    "fg=#gggggg",
    "fg=colour-1",
    "bold|blah",
    "=",
    "no",
};

} // namespace

BOOST_AUTO_TEST_SUITE(format_style)

BOOST_DATA_TEST_CASE(a_style_is_read_and_printed, data::make(kStyles), c) {
    BOOST_TEST(normal(c.text) == c.normal);
    BOOST_TEST(normal(c.normal) == c.normal);
}

BOOST_DATA_TEST_CASE(a_wrong_style_is_named, data::make(kWrong), text) {
    BOOST_TEST(normal(text) == "invalid style: " + std::string(text));
}

BOOST_AUTO_TEST_CASE(default_takes_the_base_and_other_terms_stay) {
    const Pen base = parse_style("fg=green,bg=black,bold")->pen;
    const Style start = *parse_style("fg=red,align=right");
    BOOST_TEST(style_text(*parse_style("default", start, base)) ==
               "align=right,fg=green,bg=black,bright");
    BOOST_TEST(style_text(*parse_style("bg=default", start, base)) ==
               "align=right,fg=red,bg=black");
}

BOOST_AUTO_TEST_CASE(long_styles_are_refused) {
    BOOST_TEST(!parse_style(std::string(kMaxStyle + 1, ' ')));
    BOOST_TEST(!parse_style("link=" + std::string(kMaxStyleWord, 'x')));
}

BOOST_AUTO_TEST_CASE(colours_print_as_they_are_read) {
    for (const char* text : {"red", "brightcyan", "colour7", "colour200", "#012abc", "default",
                             "terminal", "themedarkgrey"})
        BOOST_TEST(colour_text(parse_colour(text).value()) == text);
    BOOST_TEST(colour_text({Colour::Kind::unset, 0}) == "none");
}

BOOST_AUTO_TEST_CASE(colours_have_xterms_values) {
    BOOST_TEST(colour_rgb(*parse_colour("colour16")).value() == 0x000000U);
    BOOST_TEST(colour_rgb(*parse_colour("colour110")).value() == 0x87afd7U);
    BOOST_TEST(colour_rgb(*parse_colour("colour255")).value() == 0xeeeeeeU);
    BOOST_TEST(!colour_rgb(*parse_colour("default")));
    BOOST_TEST(!colour_rgb(*parse_colour("themered")));
}

BOOST_AUTO_TEST_CASE(colours_are_set_by_sgr) {
    BOOST_TEST(colour_sequence(*parse_colour("red"), Layer::foreground) == "\033[31m");
    BOOST_TEST(colour_sequence(*parse_colour("brightred"), Layer::background) == "\033[101m");
    BOOST_TEST(colour_sequence(*parse_colour("colour9"), Layer::background) == "\033[48;5;9m");
    BOOST_TEST(colour_sequence(*parse_colour("#010203"), Layer::foreground) == "\033[38;2;1;2;3m");
    BOOST_TEST(colour_sequence(*parse_colour("default"), Layer::background) == "\033[49m");
}

BOOST_AUTO_TEST_SUITE_END()
