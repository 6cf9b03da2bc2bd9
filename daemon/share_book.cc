#include "share_book.h"

#include "common/sha256.h"

#include <algorithm>
#include <cerrno>

namespace berth::daemon {
namespace {

using namespace protocol;

constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kKeyTypes[] = {"ssh-ed25519",
                                          "ssh-rsa",
                                          "ecdsa-sha2-nistp256",
                                          "ecdsa-sha2-nistp384",
                                          "ecdsa-sha2-nistp521",
                                          "sk-ssh-ed25519@openssh.com",
                                          "sk-ecdsa-sha2-nistp256@openssh.com"};

bool is_base64(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '/' || c == '=';
    });
}

bool is_share_word(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool names(const Texts& with, const Asker& asker) {
    return std::ranges::any_of(with, [&](const std::string& word) {
        if (!word.starts_with('@'))
            return word == asker.name;
        return std::ranges::find(asker.groups, word.substr(1)) != asker.groups.end();
    });
}

// Groups that people of one account alone are in do not count.
bool meet(const Share& share, const Asker& asker) {
    return std::ranges::any_of(share.owner_groups, [&](const std::string& group) {
        return group != share.owner_name && group != asker.name &&
               std::ranges::find(asker.groups, group) != asker.groups.end();
    });
}

// What of the wish goes beyond the policy; empty: nothing.
std::string beyond(const ShareMake& wish, const ShareRules& rules) {
    if (!rules.enabled)
        return "the policy of this machine lets you share nothing";
    if (wish.scope < rules.least_scope)
        return rules.least_scope == ShareScope::pane
                   ? "the policy lets you share single panes (-t pane)"
                   : "the policy lets you share windows and panes (-t window, -t pane)";
    if (wish.read == 0 && !rules.write)
        return "the policy lets guests read only";
    if (!wish.with.empty() && !rules.with_accounts)
        return "the policy lets you share with no account of this machine";
    if (wish.ttl > rules.ttl_max)
        return "a share may last at most " + std::to_string(rules.ttl_max) + " s";
    if (rules.uses_max != 0 && wish.uses > rules.uses_max)
        return "a token may let in at most " + std::to_string(rules.uses_max) + " guests";
    if (wish.token != 0 && wish.with.empty() && !rules.read_tokens)
        return "the policy lets nobody in by a token; name accounts: --with USER";
    return {};
}

std::string malformed(const ShareMake& wish) {
    if (wish.read == 0 && wish.write == 0)
        return "a share is for reading or for typing";
    if (wish.token == 0 && wish.with.empty())
        return "a share is for somebody: --with or --token";
    if (!is_share_word(wish.name))
        return "a share's name is of letters, digits, '.', '_' and '-'";
    if (has_control(wish.session_name))
        return "a session's name has no control characters";
    for (const std::string& key : wish.keys)
        if (!is_plain_key(key))
            return "not a public key: a type, its base64 and perhaps a comment";
    for (const std::string& word : wish.with)
        if (word.empty() || word == "@" || has_control(word))
            return "--with takes the name of an account, or @ and a group";
    return {};
}

Admitted admitted(const Share& share, const Present& guest, const Asker& asker, bool again) {
    const ShareState& state = share.state;
    Admitted result;
    result.owner = share.owner;
    result.again = again;
    AdoptGuest& adopt = result.adopt;
    adopt.guest = guest.id;
    adopt.share = state.id;
    adopt.uid = asker.uid;
    adopt.pid = asker.pid;
    adopt.name = guest.name;
    adopt.address = guest.address;
    adopt.role = guest.role;
    adopt.scope = state.scope;
    adopt.session = state.session;
    adopt.target = state.target;
    adopt.ask = guest.let_in != 0 ? 0 : state.ask;
    adopt.paused = guest.paused;
    adopt.clipboard = share.clipboard;
    adopt.attribution = share.attribution;
    return result;
}

} // namespace

std::string token_text(Role role, const TokenBytes& bytes) {
    std::string text = role == Role::write ? "rw-" : "ro-";
    std::size_t bits = 0;
    unsigned value = 0;
    auto next = bytes.begin();
    for (std::size_t i = 0; i < kTokenDigits; ++i) {
        if (bits < 5) {
            value = (value << 8 | *next++) & 0xffff;
            bits += 8;
        }
        bits -= 5;
        text += kDigits[value >> bits & 31];
    }
    return text;
}

std::string token_digest(std::string_view token) {
    char out[modules::kDigestHex + 1];
    modules::sha256_hex(token.data(), token.size(), out);
    return out;
}

bool is_guest_uid(std::uint32_t uid) {
    return uid >= kFirstGuestUid && uid < kFirstGuestUid + kGuestUids;
}

bool is_plain_key(std::string_view line) {
    if (has_control(line))
        return false;
    const std::size_t space = line.find(' ');
    if (space == line.npos ||
        std::ranges::find(kKeyTypes, line.substr(0, space)) == std::end(kKeyTypes))
        return false;
    const std::string_view rest = line.substr(space + 1);
    return is_base64(rest.substr(0, rest.find(' ')));
}

std::uint32_t ShareBook::link_of(std::uint32_t share, Role role) {
    return share * 2 + (role == Role::write ? 1 : 0);
}

std::uint32_t ShareBook::uid_of(std::uint32_t link) {
    return kFirstGuestUid + link % kGuestUids;
}

// The next number whose accounts are not those of another share.
std::optional<std::uint32_t> ShareBook::free_id() const {
    for (std::uint32_t step = 1; step <= kGuestUids / 2; ++step) {
        const std::uint32_t id = last_share_ + step;
        const bool taken = std::ranges::any_of(shares_, [&](const Share& share) {
            return uid_of(link_of(share.state.id, Role::read)) == uid_of(link_of(id, Role::read));
        });
        if (!taken && id < 0x7fffffff)
            return id;
    }
    return std::nullopt;
}

Result<Made> ShareBook::make(const Owner& owner, const ShareMake& wish, const ShareRules& rules,
                             std::uint64_t now, const TokenBytes& read, const TokenBytes& write) {
    if (const std::string wrong = malformed(wish); !wrong.empty())
        return fail(EINVAL, wrong);
    if (const std::string wrong = beyond(wish, rules); !wrong.empty())
        return fail(EPERM, wrong);
    const auto of_owner = std::ranges::count_if(
        shares_, [&](const Share& share) { return share.owner == owner.uid && share.live(); });
    const auto id = free_id();
    if (shares_.size() >= kMaxShares || static_cast<std::size_t>(of_owner) >= kMaxSharesOfUid ||
        !id)
        return fail(EAGAIN, "too many shares");
    Made made;
    made.id = *id;
    Share share;
    ShareState& state = share.state;
    state.id = *id;
    state.name = wish.name;
    state.scope = wish.scope;
    state.session = wish.session;
    state.target = wish.target;
    state.read = wish.read;
    state.write = wish.write != 0 && rules.write ? 1 : 0;
    state.may_write = rules.write ? 1 : 0;
    state.with = wish.with;
    state.once = wish.once;
    state.uses = wish.once != 0 ? 1 : wish.uses != 0 ? wish.uses : rules.uses_max;
    state.counted = state.uses != 0 ? 1 : 0;
    state.keys = static_cast<std::uint32_t>(wish.keys.size());
    state.ask = wish.ask != 0 || rules.ask ? 1 : 0;
    state.floor = wish.floor;
    state.created = now;
    state.expires = now + (wish.ttl != 0 ? wish.ttl : rules.ttl_max);
    if (wish.token != 0) {
        const bool has_keys = !wish.keys.empty();
        if (state.read != 0 && rules.read_tokens && (has_keys || !rules.read_keys))
            made.read = token_text(Role::read, read);
        if (state.write != 0 && rules.write_tokens && (has_keys || !rules.write_keys))
            made.write = token_text(Role::write, write);
        if (!has_keys && (rules.read_keys || rules.write_keys))
            made.note = "the policy wants keys for tokens: --keys FILE or --key KEY";
        if (made.read.empty() && made.write.empty() && wish.with.empty())
            return fail(EPERM,
                        made.note.empty() ? "the policy lets nobody type by a token" : made.note);
        state.token = !made.read.empty() || !made.write.empty() ? 1 : 0;
    }
    share.owner = owner.uid;
    share.owner_name = owner.name;
    share.same_group = rules.same_group ? 1 : 0;
    if (rules.same_group)
        share.owner_groups = owner.groups;
    share.read_digest = made.read.empty() ? "" : token_digest(made.read);
    share.write_digest = made.write.empty() ? "" : token_digest(made.write);
    share.keys = wish.keys;
    share.clipboard = rules.clipboard ? 1 : 0;
    share.attribution = rules.attribution ? 1 : 0;
    share.webhook = rules.webhook;
    share.guests_max = rules.guests_max;
    last_share_ = *id;
    shares_.push_back(std::move(share));
    return made;
}

std::vector<std::uint32_t> ShareBook::end(std::optional<std::uint32_t> uid, EndWhat what,
                                          std::uint32_t id, std::uint64_t now) {
    std::vector<std::uint32_t> ended;
    for (Share& share : shares_) {
        const bool meant = what == EndWhat::all ||
                           (what == EndWhat::share && share.state.id == id) ||
                           (what == EndWhat::session && share.state.session == id);
        if (!share.live() || !meant || (uid && share.owner != *uid))
            continue;
        share.state.ended = 1;
        share.ended_at = now;
        share.guests.clear();
        ended.push_back(share.state.id);
    }
    return ended;
}

std::vector<std::uint32_t> ShareBook::expire(std::uint64_t now) {
    std::vector<std::uint32_t> due;
    for (const Share& share : shares_)
        if (share.live() && share.state.expires <= now)
            due.push_back(share.state.id);
    for (const std::uint32_t id : due)
        end(std::nullopt, EndWhat::share, id, now);
    return due;
}

std::vector<Share> ShareBook::forget(std::uint64_t now) {
    std::vector<Share> gone;
    const auto over = [&](const Share& share) {
        return !share.live() && share.ended_at + kRememberedFor <= now;
    };
    for (const Share& share : shares_)
        if (over(share))
            gone.push_back(share);
    std::erase_if(shares_, over);
    return gone;
}

std::optional<std::uint64_t> ShareBook::next_due() const {
    std::optional<std::uint64_t> due;
    for (const Share& share : shares_) {
        const std::uint64_t one =
            share.live() ? share.state.expires : share.ended_at + kRememberedFor;
        due = std::min(due.value_or(one), one);
    }
    return due;
}

Result<Admitted> ShareBook::admit_token(const Asker& asker) {
    for (Share& share : shares_)
        for (const Role role : {Role::read, Role::write}) {
            const std::string& digest =
                role == Role::write ? share.write_digest : share.read_digest;
            if (uid_of(link_of(share.state.id, role)) == asker.uid && !digest.empty())
                return admit(share, role, asker, true);
        }
    return fail(ENOENT, std::string(kEndedText));
}

Result<Admitted> ShareBook::admit_account(const Asker& asker, std::string_view owner,
                                          std::string_view session) {
    Share* found = nullptr;
    for (Share& share : shares_) {
        const bool fits = share.owner_name == owner && share.live() &&
                          names(share.state.with, asker) &&
                          (share.same_group == 0 || meet(share, asker));
        if (fits && (session.empty() || share.state.name == session ||
                     "$" + std::to_string(share.state.session) == session))
            found = &share;
    }
    if (found == nullptr) // the same, whether there is such an account, or a share for others
        return fail(EACCES, std::string(owner) + " shares nothing with you");
    return admit(*found, found->state.write != 0 ? Role::write : Role::read, asker, false);
}

Result<Admitted> ShareBook::admit(Share& share, Role role, const Asker& asker, bool by_token) {
    ShareState& state = share.state;
    if (!share.live())
        return fail(ENOENT, std::string(kEndedText));
    auto known = std::ranges::find_if(share.guests, [&](const Present& guest) {
        return guest.uid == asker.uid && guest.pid == asker.pid && guest.started == asker.started;
    });
    const bool again = known != share.guests.end();
    if (!again) {
        const bool theirs = !share.bound.empty() && share.bound == asker.key;
        if (by_token && state.counted != 0 && state.uses == 0 && !theirs)
            return fail(ENOENT, std::string(kEndedText));
        if (share.guests.size() >= share.guests_max || share.guests.size() >= kMaxPresent)
            return fail(EAGAIN, "this share has as many guests as it may have");
        if (by_token && state.counted != 0 && !theirs) {
            --state.uses;
            share.bound = state.once != 0 ? asker.key : "";
        }
        Present guest{.id = ++last_guest_,
                      .uid = asker.uid,
                      .pid = asker.pid,
                      .started = asker.started,
                      .name = asker.name,
                      .address = asker.address,
                      .role = role,
                      .let_in = 0,
                      .paused = 0,
                      .here = 0};
        if (by_token)
            guest.name = asker.key.empty() ? "guest-" + std::to_string(guest.id) : asker.key;
        share.guests.push_back(std::move(guest));
        known = share.guests.end() - 1;
    }
    return admitted(share, *known, asker, again);
}

Result<Admitted> ShareBook::find_visit(const Asker& asker, std::string_view owner) const {
    const Share* in = nullptr;
    const Present* newest = nullptr;
    for (const Share& share : shares_)
        for (const Present& guest : share.guests)
            if (guest.uid == asker.uid && share.live() &&
                (owner.empty() || owner == share.owner_name) &&
                (newest == nullptr || newest->id < guest.id)) {
                in = &share;
                newest = &guest;
            }
    if (newest == nullptr)
        return fail(ENOENT, "you are nobody's guest now");
    return admitted(*in, *newest, asker, true);
}

Present* ShareBook::guest(std::uint32_t owner, std::uint32_t id) {
    for (Share& share : shares_)
        for (Present& guest : share.guests)
            if (share.owner == owner && guest.id == id)
                return &guest;
    return nullptr;
}

const Share* ShareBook::share_of_guest(std::uint32_t id) const {
    for (const Share& share : shares_)
        for (const Present& guest : share.guests)
            if (guest.id == id)
                return &share;
    return nullptr;
}

void ShareBook::left(std::uint32_t owner, std::uint32_t id) {
    for (Share& share : shares_)
        if (share.owner == owner)
            std::erase_if(share.guests, [&](const Present& guest) { return guest.id == id; });
}

void ShareBook::forget_guests(const std::function<bool(const Present&)>& is_there) {
    for (Share& share : shares_)
        std::erase_if(share.guests, [&](const Present& guest) { return !is_there(guest); });
}

bool ShareBook::is_guest(std::uint32_t uid) const {
    return std::ranges::any_of(shares_, [&](const Share& share) {
        return (!share.read_digest.empty() && uid_of(link_of(share.state.id, Role::read)) == uid) ||
               (!share.write_digest.empty() && uid_of(link_of(share.state.id, Role::write)) == uid);
    });
}

const Share* ShareBook::find(std::uint32_t id) const {
    const auto found =
        std::ranges::find_if(shares_, [&](const Share& share) { return share.state.id == id; });
    return found == shares_.end() ? nullptr : &*found;
}

} // namespace berth::daemon
