#include "keys/bindings.h"
#include "keys/defaults.h"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

namespace keys = berth::keys;
using keys::Key;

namespace {

Key key(std::string_view text) {
    return keys::parse_key(text).value();
}

std::string command(const keys::Binding* binding) {
    return binding ? binding->command : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(keys_bindings)

BOOST_AUTO_TEST_CASE(the_defaults_are_whole) {
    const std::map<std::string_view, std::size_t> sizes = {
        {"copy-mode", 78}, {"copy-mode-vi", 88}, {"move", 19}, {"prefix", 93}, {"root", 30}};
    const auto bindings = keys::Bindings::with_defaults();
    BOOST_TEST(bindings.tables().size() == sizes.size());
    for (const keys::DefaultTable& table : keys::default_tables()) {
        BOOST_TEST(table.rows.size() == sizes.at(table.name), table.name);
        BOOST_TEST(bindings.tables().find(table.name)->second.size() == table.rows.size(),
                   table.name);
        for (const keys::DefaultBinding& row : table.rows) {
            BOOST_REQUIRE_MESSAGE(keys::parse_key(row.key), row.key);
            BOOST_TEST(keys::key_name(key(row.key)) == row.key);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_rows_stand_in_the_order_of_list_keys) {
    for (const keys::DefaultTable& table : keys::default_tables())
        for (std::size_t i = 1; i < table.rows.size(); i++)
            BOOST_TEST((key(table.rows[i - 1].key) < key(table.rows[i].key)), table.rows[i].key);
}

BOOST_AUTO_TEST_CASE(well_known_keys_do_what_they_did) {
    const auto bindings = keys::Bindings::with_defaults();
    BOOST_TEST(command(bindings.lookup("prefix", key("\""))) == "split-window");
    BOOST_TEST(command(bindings.lookup("prefix", key("C-b"))) == "send-prefix");
    BOOST_TEST(bindings.lookup("prefix", key("Up"))->repeat);
    BOOST_TEST(bindings.lookup("prefix", key("c"))->note == "Create a new window");
    BOOST_TEST(command(bindings.lookup("root", key("MouseDown1Pane"))) ==
               "select-pane -t = ; send-keys -M");
    BOOST_TEST(command(bindings.lookup("prefix", key("C-Up"))).ends_with("{ resize-pane -U }"));
    BOOST_TEST(command(bindings.lookup("root", key("a"))) == "none");
}

BOOST_AUTO_TEST_CASE(binding_and_unbinding) {
    keys::Bindings bindings;
    BOOST_TEST(!bindings.unbind("mine", key("a")));
    bindings.bind("mine", key("a"), {"display one", "first", false});
    bindings.bind("mine", key("a"), {"display two", "", true});
    bindings.bind("mine", key("b"), {"display three", "", false});
    BOOST_TEST(command(bindings.find("mine", key("a"))) == "display two");
    BOOST_TEST(bindings.unbind("mine", key("a")));
    BOOST_TEST(command(bindings.find("mine", key("a"))) == "none");
    BOOST_TEST(bindings.unbind("mine", key("b")));
    BOOST_TEST(!bindings.has_table("mine"));
    bindings.bind("mine", key("a"), {"display one", "", false});
    BOOST_TEST(bindings.unbind_all("mine"));
    BOOST_TEST(!bindings.unbind_all("mine"));
}

BOOST_AUTO_TEST_CASE(a_key_without_a_binding_falls_to_its_twin_and_to_any) {
    keys::Bindings bindings;
    bindings.bind("t", key("C-i"), {"twin", "", false});
    BOOST_TEST(command(bindings.lookup("t", key("Tab"))) == "twin");
    BOOST_TEST(command(bindings.lookup("t", key("Enter"))) == "none");
    bindings.bind("t", key("Tab"), {"own", "", false});
    bindings.bind("t", key("Any"), {"any", "", false});
    BOOST_TEST(command(bindings.lookup("t", key("Tab"))) == "own");
    BOOST_TEST(command(bindings.lookup("t", key("x"))) == "any");
    BOOST_TEST(command(bindings.lookup("other", key("x"))) == "none");
}

BOOST_AUTO_TEST_CASE(reset_brings_the_default_back) {
    auto bindings = keys::Bindings::with_defaults();
    bindings.bind("prefix", key("c"), {"kill-server", "", false});
    bindings.reset("prefix", key("c"));
    BOOST_TEST(command(bindings.find("prefix", key("c"))) == "new-window");
    bindings.bind("prefix", key("Z"), {"kill-server", "", false});
    bindings.reset("prefix", key("Z"));
    BOOST_TEST(command(bindings.find("prefix", key("Z"))) == "none");
}

BOOST_AUTO_TEST_CASE(berths_own_take_no_key_of_tmuxs) {
    auto bindings = keys::Bindings::with_defaults();
    for (const keys::DefaultTable& table : keys::own_tables())
        for (const keys::DefaultBinding& row : table.rows)
            BOOST_TEST(command(bindings.find(table.name, key(row.key))) == "none", row.key);
    bindings.add_own();
    BOOST_TEST(command(bindings.find("prefix", key("S"))) == "share-menu");
}

BOOST_AUTO_TEST_SUITE_END()
