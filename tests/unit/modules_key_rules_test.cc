// The command that a key names in authorized_keys, found again from what sshd tells of the login.
#include "login/key_rules.h"

#include <boost/test/unit_test.hpp>

using namespace berth::login;

namespace {

constexpr const char* kInfo = "publickey ssh-ed25519 AAAAkey\n";

KeyRule rule(const std::string& file, const std::string& info = kInfo) {
    const std::string files[] = {"# nothing\n", file};
    return key_rule(info, files);
}

void expect(const KeyRule& got, Rule kind, const std::string& text) {
    BOOST_TEST((got.rule == kind), got.text);
    if (kind == Rule::command)
        BOOST_TEST(got.text == text);
    if (kind == Rule::unknown)
        BOOST_TEST(got.text.find(text) != std::string::npos, got.text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(modules_key_rules)

BOOST_AUTO_TEST_CASE(a_key_without_a_command) {
    for (const char* line :
         {"ssh-ed25519 AAAAkey", "  ssh-ed25519 AAAAkey me@home",
          "restrict,pty ssh-ed25519 AAAAkey", "from=\"10.0.0.0/8,*.example\" ssh-ed25519 AAAAkey",
          "ssh-ed25519 AAAAkey command=\"no\"", "environment=\"A=command=x\" ssh-ed25519 AAAAkey",
          "#command=\"x\" ssh-ed25519 AAAAkey\nssh-ed25519 AAAAkey"})
        expect(rule(line), Rule::none, "");
}

BOOST_AUTO_TEST_CASE(a_key_with_a_command) {
    expect(rule("command=\"echo hi\" ssh-ed25519 AAAAkey"), Rule::command, "echo hi");
    expect(rule("restrict,COMMAND=\"a, b\",pty ssh-ed25519 AAAAkey x"), Rule::command, "a, b");
    expect(rule("command=\"say \\\"x y\\\" z\" ssh-ed25519 AAAAkey"), Rule::command,
           "say \"x y\" z");
    expect(rule("from=\"a b\",command=\"c\"\tssh-ed25519\tAAAAkey"), Rule::command, "c");
    expect(rule("command=\"c\" ssh-ed25519 AAAAkey\r\n"), Rule::command, "c");
    expect(rule("command=\"\" ssh-ed25519 AAAAkey"), Rule::command, "");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_known) {
    expect(rule("ssh-ed25519 AAAAother"), Rule::unknown, "does not stand in");
    expect(rule("ssh-rsa AAAAkey"), Rule::unknown, "does not stand in");
    expect(rule("cert-authority,command=\"x\" ssh-ed25519 AAAAca"), Rule::unknown,
           "does not stand in");
    expect(rule("ssh-ed25519 AAAAkey\ncommand=\"x\" ssh-ed25519 AAAAkey"), Rule::unknown, "twice");
    expect(rule("", "publickey ssh-ed25519-cert-v01@openssh.com AAAAcert\n"), Rule::unknown,
           "certificate");
    expect(rule("ssh-ed25519 AAAAkey", ""), Rule::unknown, "how the login was");
}

BOOST_AUTO_TEST_CASE(other_ways_to_log_in) {
    expect(rule("", "password\n"), Rule::none, "");
    expect(rule("", "keyboard-interactive\n"), Rule::none, "");
    const std::string both = std::string("password\n") + kInfo;
    expect(rule("command=\"c\" ssh-ed25519 AAAAkey", both), Rule::command, "c");
    const std::string two = std::string(kInfo) + "publickey ssh-rsa BBBB\n";
    expect(rule("command=\"c\" ssh-ed25519 AAAAkey\nssh-rsa BBBB", two), Rule::command, "c");
    expect(rule("command=\"c\" ssh-ed25519 AAAAkey\ncommand=\"d\" ssh-rsa BBBB", two),
           Rule::unknown, "different");
}

BOOST_AUTO_TEST_CASE(where_sshd_looks_for_keys) {
    BOOST_TEST(leaves_keys_alone(
        "Include /etc/ssh/sshd_config.d/*.conf\n#AuthorizedKeysFile x\nUsePAM yes\n"));
    BOOST_TEST(!leaves_keys_alone("UsePAM yes\n  authorizedkeysfile /etc/keys/%u\n"));
    BOOST_TEST(!leaves_keys_alone("AuthorizedKeysCommand=/usr/bin/x\n"));
    BOOST_TEST(!leaves_keys_alone("Match User x\n\tAuthorizedKeysFile none\n"));
    BOOST_TEST(!leaves_keys_alone("Include /etc/ssh/more\n"));
}

BOOST_AUTO_TEST_SUITE_END()
