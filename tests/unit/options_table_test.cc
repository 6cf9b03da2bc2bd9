#include "options/commands.h"
#include "options/options.h"

#include <boost/test/unit_test.hpp>

#include <charconv>
#include <set>

using namespace berth::options;

BOOST_AUTO_TEST_SUITE(options_table)

BOOST_AUTO_TEST_CASE(the_table_is_complete_and_names_are_unique) {
    BOOST_TEST(server_rows().size() == 46U);
    BOOST_TEST(session_rows().size() == 52U);
    BOOST_TEST(window_rows().size() == 84U);
    BOOST_TEST(hook_rows().size() == 89U);
    std::set<std::string_view> names;
    for (const Row* row : all_rows())
        BOOST_TEST(names.insert(row->name).second, row->name);
}

BOOST_AUTO_TEST_CASE(every_row_is_well_formed) {
    for (const Row* row : all_rows()) {
        BOOST_TEST_CONTEXT(row->name) {
            BOOST_TEST(!row->help.empty());
            BOOST_TEST(row->scopes != 0U);
            BOOST_TEST(((row->scopes & kPane) == 0 || (row->scopes & kWindow) != 0));
            BOOST_TEST((row->type == Type::kChoice) == !row->choices.empty());
            for (const Flavour flavour : {Flavour::kBerth, Flavour::kTmux}) {
                const std::string_view text = row->standard(flavour);
                if (row->type == Type::kChoice)
                    BOOST_TEST((std::ranges::find(row->choices, text) != row->choices.end()));
                if (row->type == Type::kFlag)
                    BOOST_TEST((text == "on" || text == "off"));
                if (row->type == Type::kNumber) {
                    long long number = 0;
                    const auto end =
                        std::from_chars(text.data(), text.data() + text.size(), number).ptr;
                    BOOST_TEST((end == text.data() + text.size()));
                    BOOST_TEST(number >= row->minimum);
                    BOOST_TEST(number <= row->maximum);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(berth_differs_from_tmux_in_two_defaults) {
    Set berth, tmux;
    for (const unsigned scope : {kServer, kSession, kWindow}) {
        fill_defaults(berth, scope, Flavour::kBerth);
        fill_defaults(tmux, scope, Flavour::kTmux);
    }
    std::set<std::string> different;
    for (const auto& [name, entry] : berth.entries())
        if (tmux.own(name)->value != entry.value)
            different.insert(name);
    BOOST_TEST(different == (std::set<std::string>{"history-limit", "status"}),
               boost::test_tools::per_element());
    BOOST_TEST(berth.text("status") == "auto");
    BOOST_TEST(tmux.text("status") == "on");
    BOOST_TEST(berth.number("history-limit") == 50000);
    BOOST_TEST(berth.text("default-terminal") == "tmux-256color");
}

BOOST_AUTO_TEST_CASE(a_set_inherits_until_it_has_its_own_value) {
    Set global;
    fill_defaults(global, kWindow, Flavour::kTmux);
    Set window(&global), pane(&window);
    BOOST_TEST(pane.text("remain-on-exit") == "off");
    window.put(*find_row("remain-on-exit"), {1, {}});
    BOOST_TEST(pane.text("remain-on-exit") == "on");
    BOOST_TEST((pane.own("remain-on-exit") == nullptr));
    const auto before = window.generation();
    window.erase("remain-on-exit");
    BOOST_TEST(window.generation() > before);
    BOOST_TEST(pane.number("remain-on-exit") == 0);
    global.put_item(*find_row("pane-colours"), 3, {0, "red"});
    BOOST_TEST(pane.items("pane-colours").at(3).text == "red");
}

BOOST_AUTO_TEST_CASE(a_toggled_status_leaves_auto_for_on) {
    Set session;
    fill_defaults(session, kSession, Flavour::kBerth);
    BOOST_TEST(session.number("status") == kStatusAuto);
    const Scopes scopes{.global_session = &session};
    for (const std::string_view expected : {"on", "off", "on"}) {
        BOOST_REQUIRE(set_option(scopes, {.global = true}, "status", std::nullopt, Checks{},
                                 Flavour::kBerth));
        BOOST_TEST(session.text("status") == expected);
    }
    BOOST_REQUIRE(
        set_option(scopes, {.global = true}, "status", "auto", Checks{}, Flavour::kBerth));
    BOOST_REQUIRE(set_option(scopes, {.global = true, .unset = true}, "status", std::nullopt,
                             Checks{}, Flavour::kTmux));
    BOOST_TEST(session.text("status") == "on");
}

BOOST_AUTO_TEST_CASE(formats_see_options_of_every_kind) {
    Set global;
    fill_defaults(global, kSession, Flavour::kTmux);
    Set session(&global);
    session.put_user("@name", "value");
    BOOST_TEST(*option_text(session, "@name") == "value");
    BOOST_TEST(*option_text(session, "mouse") == "1");
    BOOST_TEST(*option_text(session, "base-index") == "0");
    BOOST_TEST(*option_text(session, "update-environment[0]") == "DISPLAY");
    BOOST_TEST(option_text(session, "update-environment[100]")->empty());
    BOOST_TEST(option_text(session, "update-environment")->starts_with("DISPLAY KRB5CCNAME "));
    BOOST_TEST(!option_text(session, "@none").has_value());
    BOOST_TEST(!option_text(session, "nosuch").has_value());
}

BOOST_AUTO_TEST_CASE(a_target_that_lacks_a_set_is_named) {
    Set server, session, window;
    const Checks checks;
    Scopes scopes{.server = &server, .global_session = &session, .global_window = &window};
    const auto set = [&](std::string_view name) {
        return set_option(scopes, {}, name, "on", checks, Flavour::kBerth).error().operation;
    };
    BOOST_TEST(set("mouse") == "no current session");
    BOOST_TEST(set("mode-keys") == "no current window");
    scopes.target = "work";
    BOOST_TEST(set("mouse") == "no such session: work");
    BOOST_TEST(show_options(scopes, {.pane = true}, std::nullopt).error().operation ==
               "no such pane: work");
    BOOST_TEST(show_options(scopes, {.pane = true, .quiet = true}, std::nullopt)->empty());
    BOOST_TEST((set_option(scopes, {.quiet = true}, "mouse", "on", checks, Flavour::kBerth)->set ==
                nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
