#include "shares.h"

#include "attribution.h"
#include "base/log.h"
#include "common/guesses.h"
#include "process.h"
#include "share_events.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::daemon {
namespace {

using namespace protocol;

constexpr const char* kTokens = "/tokens"; // in the folder
constexpr const char* kBook = "/shares";
constexpr const char* kGuesses = "/guesses";
constexpr std::uint32_t kGuestGid = 65534;            // nogroup
constexpr std::size_t kMaxBook = 32U << 20;           // bytes
constexpr std::uint64_t kLongestWait = 3'600'000'000; // microseconds between looks at the clock
constexpr std::uint64_t kSecond = 1'000'000;

std::uint64_t epoch() {
    return static_cast<std::uint64_t>(time(nullptr));
}

Result<void> write_file(const std::string& path, std::string_view text, mode_t mode) {
    const std::string next = path + ".new";
    unlink(next.c_str()); // of a berthd that was killed meanwhile
    const Fd file(open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file)
        return fail_errno("write " + path);
    while (!text.empty()) {
        const ssize_t size = write(file.get(), text.data(), text.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return fail_errno("write " + path);
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    if (fchmod(file.get(), mode) < 0 || rename(next.c_str(), path.c_str()) < 0)
        return fail_errno("write " + path);
    return {};
}

std::string contents_of(const std::string& path) {
    const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat info{};
    if (!file || fstat(file.get(), &info) < 0 || !S_ISREG(info.st_mode) ||
        info.st_uid != geteuid() || static_cast<std::size_t>(info.st_size) > kMaxBook)
        return {};
    std::string text(static_cast<std::size_t>(info.st_size), '\0');
    return read(file.get(), text.data(), text.size()) == info.st_size ? text : std::string();
}

std::string printable(const std::string& text, std::size_t most) {
    std::string out = text.substr(0, most);
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return out;
}

// The records of one link: by the token's digest and by the account's name; the keys beside.
void add_records(std::map<std::string, std::string>& records, const Share& share, Role role) {
    const std::string& digest = role == Role::write ? share.write_digest : share.read_digest;
    if (digest.empty())
        return;
    const std::uint32_t link = ShareBook::link_of(share.state.id, role);
    const std::string name = "berth-s" + std::to_string(link);
    const std::string record = name + " " + std::to_string(ShareBook::uid_of(link)) + " " +
                               std::to_string(kGuestGid) +
                               (share.keys.empty() ? " open" : " keys") + "\n";
    records[digest] = record;
    records[name] = record;
    records["uid-" + std::to_string(ShareBook::uid_of(link))] = record;
    std::string keys;
    for (const std::string& key : share.keys)
        keys += "restrict,pty " + key + "\n";
    if (!keys.empty())
        records[name + ".keys"] = keys;
}

} // namespace

Shares::Shares(Loop& loop, Rules& rules, std::string folder, FindMux find_mux,
               Webhooks::Open open_webhook)
    : loop_(loop), rules_(rules), folder_(std::move(folder)), find_mux_(std::move(find_mux)),
      webhooks_(loop, std::move(open_webhook)) {
    if (!folder_.empty())
        load();
}

ShareRules Shares::rules_of(const policy::Settings& settings) {
    using policy::OptionId;
    const auto number = [&](OptionId id) { return static_cast<std::uint32_t>(settings.value(id)); };
    const auto yes = [&](OptionId id) {
        return settings.choice<policy::YesNo>(id) == policy::YesNo::yes;
    };
    const auto with = settings.choice<policy::ShareWith>(OptionId::share_with);
    const auto tokens = settings.choice<policy::ShareTokens>(OptionId::share_tokens);
    const auto keys = settings.choice<policy::ShareKeys>(OptionId::share_keys);
    ShareRules rules;
    rules.enabled = settings.share_enabled();
    rules.write =
        settings.choice<policy::ShareRoles>(OptionId::share_roles) == policy::ShareRoles::write;
    rules.least_scope = settings.choice<ShareScope>(OptionId::share_scope);
    rules.with_accounts = with != policy::ShareWith::nobody;
    rules.same_group = with == policy::ShareWith::same_group;
    rules.read_tokens = tokens != policy::ShareTokens::none;
    rules.write_tokens = tokens == policy::ShareTokens::all;
    rules.read_keys = keys == policy::ShareKeys::always;
    rules.write_keys = keys != policy::ShareKeys::optional;
    rules.ask = settings.choice<policy::ShareAsk>(OptionId::share_ask) == policy::ShareAsk::always;
    rules.ttl_max = number(OptionId::share_ttl_max);
    rules.uses_max = number(OptionId::share_uses_max);
    rules.guests_max = number(OptionId::share_guests_max);
    rules.clipboard = yes(OptionId::share_clipboard);
    rules.attribution = yes(OptionId::share_attribution);
    rules.webhook = settings.text(OptionId::share_webhook);
    return rules;
}

// ---- of muxes

bool Shares::on_packet(const Account& account, const Packet& packet) {
    switch (packet.id) {
    case Id::share_make:
        return on_make(account, packet);
    case Id::share_end:
        return on_end(account, packet);
    case Id::guest_event:
        return on_guest(account, packet);
    default:
        return false;
    }
}

bool Shares::on_make(const Account& account, const Packet& packet) {
    ShareMake wish;
    if (!decode(packet, wish))
        return false;
    const ShareMade made = make(account, wish);
    if (const Share* share = made.code == 0 ? book_.find(made.id) : nullptr)
        tell(*share);
    if (Channel* mux = find_mux_(account.uid))
        mux->send(made);
    return true;
}

ShareMade Shares::make(const Account& account, const ShareMake& wish) {
    ShareMade made;
    made.request = wish.request;
    const auto refuse = [&](int code, const std::string& text) {
        made.code = code;
        made.text = text.substr(0, kMaxLine);
        return made;
    };
    if (folder_.empty())
        return refuse(ENOTSUP, "sharing needs the machine's berthd; this server is a private one");
    TokenBytes read{};
    TokenBytes write{};
    if (getrandom(read.data(), read.size(), 0) != static_cast<ssize_t>(read.size()) ||
        getrandom(write.data(), write.size(), 0) != static_cast<ssize_t>(write.size()))
        return refuse(EIO, "the kernel gives no randomness");
    const policy::Settings settings = rules_.of(account);
    const auto result = book_.make({account.uid, account.name, account.groups}, wish,
                                   rules_of(settings), epoch(), read, write);
    if (!result)
        return refuse(result.error().code, result.error().operation);
    changed();
    made.id = result->id;
    made.read = result->read;
    made.write = result->write;
    made.text = result->note;
    made.host = static_cast<std::uint8_t>(settings.value(policy::OptionId::share_host));
    made.port = static_cast<std::uint16_t>(settings.value(policy::OptionId::share_port));
    log::write(log::Level::info, log::Event::share_created,
               "share " + std::to_string(made.id) + " of " + account.name + " created",
               {{"BERTH_USER", account.name},
                {"BERTH_SHARE", std::to_string(made.id)},
                {"BERTH_SESSION", wish.session_name}});
    if (const Share* share = book_.find(made.id))
        tell_webhook("share", *share);
    return made;
}

bool Shares::on_end(const Account& account, const Packet& packet) {
    ShareEnd message;
    if (!decode(packet, message))
        return false;
    end(account.uid, message.what, message.id);
    return true;
}

bool Shares::on_guest(const Account& account, const Packet& packet) {
    GuestEvent message;
    if (!decode(packet, message))
        return false;
    Present* guest = book_.guest(account.uid, message.guest);
    if (message.kind == GuestKind::input) {
        attribute(account, message, guest);
        return true;
    }
    if (guest == nullptr)
        return true; // its share has ended meanwhile
    struct Row {
        log::Event event;
        const char* text;
    };
    constexpr Row kRows[] = {{log::Event::guest_joined, " joined"},
                             {log::Event::guest_left, " left"},
                             {log::Event::guest_refused, " was refused"},
                             {log::Event::guest_left, " was told to leave"},
                             {log::Event::guest_role, " has another role"},
                             {log::Event::guest_role, " is paused"},
                             {log::Event::guest_role, " goes on"}};
    const Row& row = kRows[static_cast<std::size_t>(message.kind)];
    const Share* share = book_.share_of_guest(message.guest);
    log::write(log::Level::info, row.event, "guest " + std::to_string(guest->id) + row.text,
               {{"BERTH_USER", account.name},
                {"BERTH_SHARE", std::to_string(share->state.id)},
                {"BERTH_GUEST", std::to_string(guest->id)},
                {"BERTH_GUEST_NAME", guest->name},
                {"BERTH_PEER", guest->address},
                {"BERTH_ROLE", message.role == Role::write ? "write" : "read"}});
    const char* const told = message.kind == GuestKind::joined && guest->here == 0 ? "join"
                             : message.kind == GuestKind::refused                  ? "refused"
                             : message.kind == GuestKind::left && guest->here != 0 ? "leave"
                             : message.kind == GuestKind::kicked                   ? "leave"
                                                                                   : nullptr;
    guest->here = guest->here != 0 || message.kind == GuestKind::joined ? 1 : 0;
    guest->role = message.role == Role::write ? Role::write : Role::read;
    if (told != nullptr)
        tell_webhook(told, *share, guest, message.kind == GuestKind::kicked ? "kicked" : "");
    if (message.kind == GuestKind::paused || message.kind == GuestKind::resumed)
        guest->paused = message.kind == GuestKind::paused ? 1 : 0;
    guest->let_in = guest->let_in != 0 || message.kind == GuestKind::joined ? 1 : 0;
    const bool over = message.kind == GuestKind::left || message.kind == GuestKind::refused ||
                      message.kind == GuestKind::kicked;
    if (over)
        book_.left(account.uid, message.guest);
    changed();
    return true;
}

// To root's file; what it does not take is in the journal all the same. A guest whose share has
// ended meanwhile is known by the number alone, which is in the journal with the rest.
void Shares::attribute(const Account& account, const GuestEvent& message, const Present* guest) {
    const Share* share = book_.share_of_guest(message.guest);
    const Batch batch{.when = epoch(),
                      .owner = account.name,
                      .share = share != nullptr && guest != nullptr ? share->state.id : 0,
                      .guest = message.guest,
                      .name = guest != nullptr ? guest->name : "",
                      .address = guest != nullptr ? guest->address : "",
                      .pane = message.pane,
                      .bytes = message.bytes};
    const auto written = write_attribution(kAttributionFolder, batch);
    if (!written && !attribution_failed_)
        log::error(written.error().text() + "; what guests typed is told here meanwhile");
    attribution_failed_ = !written;
    if (written)
        return;
    log::write(log::Level::info, log::Event::guest_input,
               "guest " + std::to_string(batch.guest) + " typed",
               {{"BERTH_USER", batch.owner},
                {"BERTH_SHARE", std::to_string(batch.share)},
                {"BERTH_GUEST", std::to_string(batch.guest)},
                {"BERTH_GUEST_NAME", batch.name},
                {"BERTH_PEER", batch.address},
                {"BERTH_PANE", std::to_string(batch.pane)},
                {"BERTH_BYTES", std::to_string(batch.bytes)}});
}

void Shares::mux_linked(const Account& account) {
    Channel* mux = find_mux_(account.uid);
    for (const Share& share : book_.shares())
        if (mux != nullptr && share.owner == account.uid && share.live())
            mux->send(share.state);
}

void Shares::server_ended(std::uint32_t uid) {
    end(uid, EndWhat::all, 0);
}

void Shares::tell(const Share& share) {
    if (Channel* mux = find_mux_(share.owner))
        mux->send(share.state);
}

void Shares::tell_webhook(const char* event, const Share& share, const Present* guest,
                          const char* why) {
    if (share.webhook.empty())
        return;
    char host[HOST_NAME_MAX + 1] = {};
    gethostname(host, sizeof host - 1);
    webhooks_.tell(share.webhook, share_event(event, epoch(), host, share, guest, why));
}

void Shares::end(std::optional<std::uint32_t> uid, EndWhat what, std::uint32_t id) {
    tell_ended(book_.end(uid, what, id, epoch()), "ended");
}

void Shares::tell_ended(const std::vector<std::uint32_t>& ids, const char* why) {
    if (ids.empty())
        return;
    for (const std::uint32_t id : ids) {
        const Share* share = book_.find(id);
        tell(*share);
        tell_webhook("end", *share, nullptr, why);
        log::write(log::Level::info, log::Event::share_ended,
                   "share " + std::to_string(id) + " of " + share->owner_name + " " + why,
                   {{"BERTH_USER", share->owner_name}, {"BERTH_SHARE", std::to_string(id)}});
    }
    changed();
}

bool Shares::unshare(std::optional<std::uint32_t> uid, std::optional<std::uint32_t> id) {
    const auto ended = book_.end(uid, id ? EndWhat::share : EndWhat::all, id.value_or(0), epoch());
    tell_ended(ended, "ended");
    return !id || !ended.empty();
}

// ---- of guests

Asker Shares::asker_of(const Peer& peer) const {
    Asker asker;
    asker.uid = peer.uid;
    asker.pid = static_cast<std::uint32_t>(peer.pid);
    asker.started = started_at(asker.pid);
    return asker;
}

Result<Admitted> Shares::let_in_token(const Peer& peer, const Texts& words) {
    Asker asker = asker_of(peer);
    asker.address = words.empty() ? "" : printable(words[0], kMaxTerm);
    asker.key = words.size() < 2 ? "" : printable(words[1], kMaxTerm);
    book_.forget_guests(
        [](const Present& guest) { return started_at(guest.pid) == guest.started; });
    return let_in(book_.admit_token(asker), asker);
}

Result<Admitted> Shares::let_in_account(const Peer& peer, const Account& account,
                                        const Texts& words) {
    if (words.empty())
        return fail(EINVAL, "whose session? berth join USER[/SESSION]");
    Asker asker = asker_of(peer);
    asker.name = account.name;
    asker.groups = account.groups;
    book_.forget_guests(
        [](const Present& guest) { return started_at(guest.pid) == guest.started; });
    if (words.size() > 2 && words[2] == "propose")
        return book_.find_visit(asker, words[0]);
    return let_in(book_.admit_account(asker, words[0], words.size() > 1 ? words[1] : ""), asker);
}

Result<Admitted> Shares::let_in(Result<Admitted> result, const Asker& asker) {
    if (result) {
        changed();
        return result;
    }
    log::write(log::Level::info, log::Event::guest_refused,
               "a guest was refused: " + result.error().operation,
               {{"BERTH_GUEST_NAME", asker.name}, {"BERTH_PEER", asker.address}});
    return result;
}

// ---- on the disk

void Shares::load() {
    const std::string tokens = folder_ + kTokens;
    if ((mkdir(tokens.c_str(), 0711) < 0 && errno != EEXIST) || chmod(tokens.c_str(), 0711) < 0) {
        log::error(fail_errno("make " + tokens).error().text() + "; nothing can be shared");
        folder_.clear();
        return;
    }
    make_guess_file();
    const std::string bytes = contents_of(folder_ + kBook);
    Decoder decoder(bytes);
    ShareBook book;
    book.fields(decoder);
    if (decoder.complete())
        book_ = std::move(book);
    else if (!bytes.empty())
        log::error("the shares of the berthd before this one make no sense; they have ended");
    // What lies there is taken for written; changed() takes away and mends.
    const std::unique_ptr<DIR, int (*)(DIR*)> all(opendir(tokens.c_str()), closedir);
    while (const dirent* entry = all ? readdir(all.get()) : nullptr)
        if (entry->d_name[0] != '.')
            records_[entry->d_name] = "";
    changed();
}

// What pam_berth counts wrong tokens in, until the next boot (modules/common/guesses.h).
void Shares::make_guess_file() {
    const std::string path = folder_ + kGuesses;
    if (contents_of(path).size() == modules::kGuessFileSize)
        return;
    if (const auto written = write_file(path, std::string(modules::kGuessFileSize, '\0'), 0600);
        !written)
        log::error(written.error().text() + "; wrong tokens are not counted");
}

void Shares::changed() {
    const std::uint64_t now = epoch();
    book_.forget(now);
    write_records();
    save();
    wait_for_next();
}

void Shares::save() {
    std::string bytes;
    Encoder encoder(bytes);
    book_.fields(encoder);
    if (!encoder.ok()) {
        log::error("the shares are beyond their limits; they will not survive this berthd");
        return;
    }
    if (const auto written = write_file(folder_ + kBook, bytes, 0600); !written)
        log::error(written.error().text());
}

void Shares::write_records() {
    std::map<std::string, std::string> wanted;
    for (const Share& share : book_.shares())
        for (const Role role : {Role::read, Role::write})
            add_records(wanted, share, role);
    const std::string tokens = folder_ + kTokens + "/";
    for (const auto& [name, text] : records_)
        if (!wanted.contains(name) && unlink((tokens + name).c_str()) < 0 && errno != ENOENT)
            log::error(fail_errno("remove a token's record").error().text());
    for (const auto& [name, text] : wanted)
        if (const auto found = records_.find(name);
            found == records_.end() || found->second != text)
            if (const auto written = write_file(tokens + name, text, 0644); !written)
                log::error("a token's record: " + std::string(std::strerror(written.error().code)));
    records_ = std::move(wanted);
}

void Shares::wait_for_next() {
    due_.reset();
    const auto next = book_.next_due();
    if (!next)
        return;
    const std::uint64_t now = epoch();
    const std::uint64_t left = *next > now ? (*next - now) * kSecond : kSecond / 100;
    due_ = loop_.after(std::min(left, kLongestWait), [this] {
        const auto ended = book_.expire(epoch());
        if (ended.empty())
            changed();
        else
            tell_ended(ended, "has expired");
    });
}

} // namespace berth::daemon
