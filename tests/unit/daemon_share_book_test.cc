// The book of shares: who may share what, who is let in, and when it is over.
#include "share_book.h"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace berth;
using namespace berth::daemon;
using namespace berth::protocol;

namespace {

constexpr std::uint64_t kNow = 1'000'000;
const Owner kAlice{1000, "alice", {"alice", "staff"}};

struct Fixture {
    ShareBook book;
    ShareMake wish;
    ShareRules rules;
    TokenBytes read{1, 2, 3}, write{4, 5, 6};

    Result<Made> make(const Owner& owner = kAlice) {
        return book.make(owner, wish, rules, kNow, read, write);
    }
    std::string refusal() {
        const auto made = make();
        return made ? "" : made.error().operation;
    }
    static Asker guest_of(std::uint32_t share, Role role, std::uint32_t pid) {
        Asker asker;
        asker.uid = ShareBook::uid_of(ShareBook::link_of(share, role));
        asker.pid = pid;
        asker.started = pid * 10;
        return asker;
    }
    static Asker account(const std::string& name, Texts groups = {}) {
        Asker asker;
        asker.uid = 1001;
        asker.pid = 77;
        asker.name = name;
        asker.groups = std::move(groups);
        return asker;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(daemon_share_book, Fixture)

BOOST_AUTO_TEST_CASE(a_token_has_130_bits_that_all_count) {
    TokenBytes bytes{};
    BOOST_TEST(token_text(Role::read, bytes) == "ro-aaaaaaaaaaaaaaaaaaaaaaaaaa");
    bytes.fill(0xff);
    BOOST_TEST(token_text(Role::write, bytes) == "rw-77777777777777777777777777");
    std::set<std::string> seen;
    for (std::size_t bit = 0; bit < kTokenDigits * 5; ++bit) {
        bytes = {};
        bytes[bit / 8] = static_cast<unsigned char>(0x80 >> bit % 8);
        seen.insert(token_text(Role::read, bytes));
    }
    BOOST_TEST(seen.size() == 130U);
}

BOOST_AUTO_TEST_CASE(a_share_has_a_token_for_each_role_and_only_their_digests_stay) {
    const auto made = make();
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(made->read.starts_with("ro-"));
    BOOST_TEST(made->write.starts_with("rw-"));
    std::string bytes;
    Encoder encoder(bytes);
    book.fields(encoder);
    BOOST_TEST(bytes.find(made->read.substr(3)) == bytes.npos);
    BOOST_TEST(bytes.find(made->write.substr(3)) == bytes.npos);
    BOOST_TEST(bytes.find(token_digest(made->read)) != bytes.npos);
}

BOOST_AUTO_TEST_CASE(the_book_survives_being_written_and_read) {
    const auto made = make();
    BOOST_REQUIRE(book.admit_token(guest_of(made->id, Role::write, 5)).has_value());
    std::string bytes;
    Encoder encoder(bytes);
    book.fields(encoder);
    BOOST_REQUIRE(encoder.ok());
    ShareBook again;
    Decoder decoder(bytes);
    again.fields(decoder);
    BOOST_REQUIRE(decoder.complete());
    const auto back = again.admit_token(guest_of(made->id, Role::write, 5));
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST(back->again);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ShareBook broken;
        Decoder part(std::string_view(bytes).substr(0, size));
        broken.fields(part);
        BOOST_TEST(!part.complete());
    }
}

BOOST_AUTO_TEST_CASE(each_role_is_its_token_s_and_no_other_s) {
    const auto made = make();
    const auto reader = book.admit_token(guest_of(made->id, Role::read, 5));
    BOOST_REQUIRE(reader.has_value());
    BOOST_TEST((reader->adopt.role == Role::read));
    const auto writer = book.admit_token(guest_of(made->id, Role::write, 6));
    BOOST_TEST((writer->adopt.role == Role::write));
    BOOST_TEST(reader->owner == 1000U);
    BOOST_TEST(reader->adopt.guest != writer->adopt.guest);
}

BOOST_AUTO_TEST_CASE(what_the_policy_forbids_is_refused_with_the_reason) {
    rules.enabled = false;
    BOOST_TEST(refusal() == "the policy of this machine lets you share nothing");
    rules = {};
    rules.least_scope = ShareScope::pane;
    BOOST_TEST(refusal() == "the policy lets you share single panes (-t pane)");
    rules = {};
    rules.read_tokens = rules.write_tokens = false;
    BOOST_TEST(refusal() == "the policy lets nobody in by a token; name accounts: --with USER");
    rules = {};
    rules.ttl_max = 60;
    wish.ttl = 61;
    BOOST_TEST(refusal() == "a share may last at most 60 s");
    wish = {};
    rules = {};
    rules.uses_max = 2;
    wish.uses = 3;
    BOOST_TEST(refusal() == "a token may let in at most 2 guests");
    wish = {};
    rules = {};
    rules.with_accounts = false;
    wish.with = {"bob"};
    BOOST_TEST(refusal() == "the policy lets you share with no account of this machine");
    wish = {};
    rules = {};
    rules.write = false;
    wish.read = 0;
    BOOST_TEST(refusal() == "the policy lets guests read only");
    wish.read = 1;
    const auto reading = make();
    BOOST_REQUIRE(reading.has_value());
    BOOST_TEST(reading->write == "");
}

BOOST_AUTO_TEST_CASE(keys_that_the_policy_wants) {
    rules.read_keys = rules.write_keys = true;
    BOOST_TEST(refusal() == "the policy wants keys for tokens: --keys FILE or --key KEY");
    rules.read_keys = false;
    const auto made = make();
    BOOST_TEST(made->read != "");
    BOOST_TEST(made->write == "");
    wish.keys = {"ssh-ed25519 AAAAC3Nz bob@laptop"};
    BOOST_TEST(make()->write != "");
}

BOOST_AUTO_TEST_CASE(keys_are_plain_or_refused) {
    BOOST_TEST(is_plain_key("ssh-ed25519 AAAAC3Nz"));
    for (const char* line :
         {"", "ssh-ed25519", "ssh-ed25519 ", "command=\"x\" ssh-ed25519 AAAA", "ssh-dss AAAA",
          "ssh-ed25519 AAAA\nssh-rsa AAAA", "ssh-ed25519 AA\"AA", "# ssh-ed25519 AAAA"})
        BOOST_TEST(!is_plain_key(line), line);
    wish.keys = {"command=\"sh\" ssh-ed25519 AAAA"};
    BOOST_TEST(refusal() == "not a public key: a type, its base64 and perhaps a comment");
}

BOOST_AUTO_TEST_CASE(every_end_is_told_alike) {
    wish.uses = 1;
    const auto used = make();
    BOOST_REQUIRE(book.admit_token(guest_of(used->id, Role::read, 5)).has_value());
    const auto second = book.admit_token(guest_of(used->id, Role::read, 6));
    BOOST_TEST(second.error().operation == kEndedText);
    BOOST_TEST(book.admit_token(guest_of(used->id, Role::read, 5)).has_value()); // the same process
    wish = {};
    wish.ttl = 60;
    const auto expired = make();
    BOOST_TEST(book.expire(kNow + 59).empty());
    BOOST_TEST(book.expire(kNow + 60).size() == 1U);
    BOOST_TEST(book.admit_token(guest_of(expired->id, Role::read, 7)).error().operation ==
               kEndedText);
    wish = {};
    const auto revoked = make();
    BOOST_TEST(book.end(1000, EndWhat::share, revoked->id, kNow).size() == 1U);
    BOOST_TEST(book.admit_token(guest_of(revoked->id, Role::read, 8)).error().operation ==
               kEndedText);
    BOOST_TEST(book.admit_token(guest_of(9999, Role::read, 8)).error().operation == kEndedText);
}

BOOST_AUTO_TEST_CASE(once_is_for_the_first_guest_who_may_come_back_with_the_same_key) {
    wish.once = 1;
    wish.keys = {"ssh-ed25519 AAAAC3Nz"};
    const auto made = make();
    Asker bob = guest_of(made->id, Role::write, 5);
    bob.key = "SHA256:bob";
    BOOST_REQUIRE(book.admit_token(bob).has_value());
    Asker carol = guest_of(made->id, Role::write, 6);
    carol.key = "SHA256:carol";
    BOOST_TEST(!book.admit_token(carol).has_value());
    bob.pid = 9;
    BOOST_TEST(book.admit_token(bob).has_value());
    Asker nobody = guest_of(made->id, Role::write, 10);
    BOOST_TEST(!book.admit_token(nobody).has_value());
}

BOOST_AUTO_TEST_CASE(ended_shares_are_remembered_for_a_while) {
    const auto made = make();
    book.end(std::nullopt, EndWhat::all, 0, kNow);
    BOOST_TEST(book.forget(kNow + kRememberedFor - 1).empty());
    BOOST_TEST(*book.next_due() == kNow + kRememberedFor);
    BOOST_TEST(book.forget(kNow + kRememberedFor).size() == 1U);
    BOOST_TEST(book.find(made->id) == nullptr);
    BOOST_TEST(!book.next_due().has_value());
}

BOOST_AUTO_TEST_CASE(only_the_owner_s_own_shares_end) {
    const auto made = make();
    BOOST_TEST(book.end(1001, EndWhat::share, made->id, kNow).empty());
    BOOST_TEST(book.end(1001, EndWhat::all, 0, kNow).empty());
    BOOST_TEST(book.find(made->id)->live());
}

BOOST_AUTO_TEST_CASE(a_session_s_end_is_its_shares_end) {
    wish.session = 3;
    const auto made = make();
    BOOST_TEST(book.end(1000, EndWhat::session, 4, kNow).empty());
    BOOST_TEST(book.end(1000, EndWhat::session, 3, kNow) == std::vector<std::uint32_t>{made->id});
}

BOOST_AUTO_TEST_CASE(accounts_and_groups_that_the_share_names) {
    wish.with = {"bob", "@staff"};
    wish.token = 0;
    wish.write = 0;
    const auto made = make();
    BOOST_TEST(made->read == "");
    BOOST_TEST(book.admit_account(account("bob"), "alice", "").has_value());
    BOOST_TEST(book.admit_account(account("carol", {"staff"}), "alice", "").has_value());
    BOOST_TEST(book.admit_account(account("dave", {"other"}), "alice", "").error().operation ==
               "alice shares nothing with you");
    BOOST_TEST(book.admit_account(account("staff"), "alice", "").error().operation ==
               "alice shares nothing with you");
    BOOST_TEST(!book.admit_account(account("bob"), "eve", "").has_value());
    BOOST_TEST((book.admit_account(account("bob"), "alice", "")->adopt.role == Role::read));
}

BOOST_AUTO_TEST_CASE(same_group_does_not_count_groups_of_one_account) {
    wish.with = {"bob", "alice2"};
    rules.same_group = true;
    BOOST_REQUIRE(make().has_value());
    BOOST_TEST(!book.admit_account(account("bob", {"bob"}), "alice", "").has_value());
    BOOST_TEST(!book.admit_account(account("bob", {"alice"}), "alice", "").has_value());
    BOOST_TEST(book.admit_account(account("bob", {"staff"}), "alice", "").has_value());
}

BOOST_AUTO_TEST_CASE(a_guest_who_waits_for_the_owner_waits_again_after_a_restart) {
    wish.ask = 1;
    const auto made = make();
    const Asker asker = guest_of(made->id, Role::read, 5);
    const auto first = book.admit_token(asker);
    BOOST_TEST(first->adopt.ask == 1);
    BOOST_TEST(book.admit_token(asker)->adopt.ask == 1);
    book.guest(1000, first->adopt.guest)->let_in = 1;
    BOOST_TEST(book.admit_token(asker)->adopt.ask == 0);
}

BOOST_AUTO_TEST_CASE(guests_and_shares_have_limits) {
    rules.guests_max = 1;
    const auto made = make();
    BOOST_REQUIRE(book.admit_token(guest_of(made->id, Role::read, 5)).has_value());
    BOOST_TEST(book.admit_token(guest_of(made->id, Role::read, 6)).error().operation ==
               "this share has as many guests as it may have");
    for (std::size_t i = 1; i < kMaxSharesOfUid; ++i)
        BOOST_REQUIRE(make().has_value());
    BOOST_TEST(refusal() == "too many shares");
    for (std::uint32_t uid = 2000; book.shares().size() < kMaxShares; ++uid)
        BOOST_REQUIRE(make({uid, "someone", {}}).has_value());
    BOOST_TEST(make({5000, "someone", {}}).error().operation == "too many shares");
}

BOOST_AUTO_TEST_CASE(no_two_shares_have_one_account) {
    std::set<std::uint32_t> uids;
    for (std::uint32_t i = 0; i < kMaxShares; ++i) {
        const auto made = make({3000 + i, "someone", {}});
        BOOST_REQUIRE(made.has_value());
        for (const Role role : {Role::read, Role::write}) {
            const std::uint32_t uid = ShareBook::uid_of(ShareBook::link_of(made->id, role));
            BOOST_TEST(is_guest_uid(uid));
            BOOST_TEST(uids.insert(uid).second);
        }
    }
    BOOST_TEST(!is_guest_uid(kFirstGuestUid - 1));
    BOOST_TEST(!is_guest_uid(kFirstGuestUid + kGuestUids));
}

BOOST_AUTO_TEST_SUITE_END()
