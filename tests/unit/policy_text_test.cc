// The sample file and the manual page in the repository are those that the option table makes.
#include "policy/text.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

using namespace berth::policy;

namespace {

std::string repository_file(const std::string& name) {
    std::ifstream in(std::string(BERTH_CASES "/../../") + name, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

} // namespace

BOOST_AUTO_TEST_SUITE(policy_text)

BOOST_AUTO_TEST_CASE(the_sample_file_is_current) {
    BOOST_TEST(repository_file("config/berth.conf") == sample_file(), "run tools/policy-text");
}

BOOST_AUTO_TEST_CASE(the_manual_page_is_current) {
    BOOST_TEST(repository_file("man/berth.conf.5") == manual_page(), "run tools/policy-text");
}

// Each "#name = value" of the sample, its comment sign taken away, is accepted and is the default.
BOOST_AUTO_TEST_CASE(the_sample_shows_the_defaults) {
    std::istringstream in(sample_file());
    std::string text;
    for (std::string line; std::getline(in, line) && !line.starts_with("# Sections for");)
        text += (line.starts_with("#") && !line.starts_with("# ") ? line.substr(1) : line) + "\n";
    text.erase(0, text.find("[login]"));
    const auto policy = Policy::parse(std::vector<Source>{{"sample", text}});
    BOOST_REQUIRE_MESSAGE(policy.has_value(), (policy ? "" : policy.error().front().text()));
    const Settings settings = policy->effective("x", {});
    for (const Option& row : options()) {
        BOOST_TEST(settings.value(row.id) == row.fallback);
        BOOST_TEST(settings.origin(row.id).file == "sample", full_name(row));
    }
}

BOOST_AUTO_TEST_CASE(the_manual_page_names_every_option_and_word) {
    const std::string page = manual_page();
    for (const Option& row : options()) {
        BOOST_TEST(page.find("\n.BR " + std::string(row.name)) != std::string::npos);
        for (const Word& word : row.words)
            BOOST_TEST(page.find("\n.B " + std::string(word.name)) != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(the_guests_rules_are_known_to_the_letter) {
    const auto policy =
        Policy::parse(std::vector<Source>{{"one", "[share]\nenabled = yes\ntokens = all\n"}});
    BOOST_REQUIRE(policy.has_value());
    const std::string rules = sshd_guest_rules(*policy);
    BOOST_TEST(is_sshd_guest_rules(rules));
    BOOST_TEST(rules.contains("LogLevel QUIET\n"));
    BOOST_TEST(!is_sshd_guest_rules(rules + "AuthorizedKeysFile none\n"));
    BOOST_TEST(!is_sshd_guest_rules(""));
}

BOOST_AUTO_TEST_SUITE_END()
