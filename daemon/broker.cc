#include "broker.h"

#include "base/log.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <unistd.h>

namespace berth::daemon {
namespace {

using namespace protocol;

Account nameless(const Peer& peer) {
    Account account;
    account.uid = peer.uid;
    account.gid = peer.gid;
    return account;
}

// Of the socket, where shares are kept; a private berthd has none.
std::string share_folder(const BrokerOptions& options) {
    return options.is_private ? "" : options.socket.substr(0, options.socket.rfind('/'));
}

} // namespace

Broker::Broker(Loop& loop, BrokerOptions options, Fd listener, std::unique_ptr<Launcher> launcher)
    : loop_(loop), options_(std::move(options)), launcher_(std::move(launcher)),
      rules_(options_.config), shares_(
                                   loop, rules_, share_folder(options_),
                                   [this](uid_t uid) {
                                       const Server* server = server_of(uid);
                                       return server != nullptr ? server->mux() : nullptr;
                                   },
                                   [this] { return launcher_->start_webhook(); }),
      upgrade_(loop, *launcher_, share_folder(options_), [this] { return all_servers(); }) {
    rules_.load();
    listen(std::move(listener));
    // Whoever started a private berthd connects at once, or has died.
    if (options_.is_private)
        unused_ = loop_.after(kOpenBound, [this] { leave_if_unused(); });
}

Broker::~Broker() = default;

void Broker::leave() {
    loop_.exit(0);
}

bool Broker::reload() {
    if (!rules_.load())
        return false;
    log::info("the policy was read anew");
    return true;
}

// false: nobody waits, or cannot be let in now.
bool Broker::accept_one() {
    auto connection = accept_from(listener_.get());
    if (!connection) {
        const int code = connection.error().code;
        if (code == EMFILE || code == ENFILE || code == ENOMEM || code == ENOBUFS) {
            log::error(connection.error().text());
            accept_.set_events(0);
            accept_pause_ = loop_.after(kAcceptPause, [this] { accept_.set_events(EPOLLIN); });
        }
        return false;
    }
    const auto peer = peer_of(connection->get());
    if (!peer)
        return true;
    const auto of_uid = std::ranges::count_if(
        greetings_, [&peer](const Greeting& other) { return other.peer.uid == peer->uid; });
    const bool full = greetings_.size() >= kMaxGreetings ||
                      (peer->uid != 0 && !options_.is_private &&
                       static_cast<std::size_t>(of_uid) >= kMaxGreetingsOfUid);
    if (full)
        refuse(*connection, EAGAIN, "too many connections");
    else
        greet(std::move(*connection), *peer);
    return true;
}

void Broker::greet(Fd connection, const Peer& peer) {
    const auto who = greetings_.emplace(greetings_.end());
    who->connection = std::move(connection);
    who->peer = peer;
    who->deadline = now_us() + kOpenBound;
    who->watch = loop_.watch(who->connection.get(), EPOLLIN,
                             [this, who](std::uint32_t) { receive_open(who); });
    watch_deadlines();
}

// One timer for all, and none while nobody is awaited.
void Broker::watch_deadlines() {
    if (greetings_.empty()) {
        deadlines_.reset();
        deadline_ = 0;
        return;
    }
    const std::uint64_t next = greetings_.front().deadline;
    if (next == deadline_)
        return;
    deadline_ = next;
    const std::uint64_t now = now_us();
    deadlines_ = loop_.after(next > now ? next - now : 0, [this] { drop_late(); });
}

void Broker::drop_late() {
    deadline_ = 0;
    const std::uint64_t now = now_us();
    while (!greetings_.empty() && greetings_.front().deadline <= now)
        drop(greetings_.begin(), "said nothing");
    watch_deadlines();
}

void Broker::receive_open(Greetings::iterator who) {
    const auto packet = receive_bare_packet(who->connection.get(), buffer_);
    if (!packet) {
        if (packet.error().code == EPIPE || packet.error().code == ECONNRESET)
            forget(who);
        else if (packet.error().code != EAGAIN)
            drop(who, packet.error().text());
        return;
    }
    if (packet->id != Id::open || !decode(*packet, who->open)) {
        drop(who, "malformed packet " + std::to_string(static_cast<unsigned>(packet->id)));
        return;
    }
    who->watch.reset();
    opened(who);
}

void Broker::opened(Greetings::iterator who) {
    const Open& open = who->open;
    if (!agree({}, {open.oldest, open.version})) {
        refuse_and_forget(who, EPROTONOSUPPORT,
                          "berthd speaks protocol " + std::to_string(kOldestVersion) + " to " +
                              std::to_string(kVersion) + ", this program " +
                              std::to_string(open.oldest) + " to " + std::to_string(open.version));
        return;
    }
    const bool own = who->peer.uid == geteuid();
    if (options_.is_private && !own && who->peer.uid != 0) {
        refuse_and_forget(who, EACCES, "this server belongs to another account");
        return;
    }
    find_and_serve(who);
}

// The account that the connection is about: its own, or the one that root names. A running server's
// account needs no name service, so that those who have one do not depend on it.
void Broker::find_and_serve(Greetings::iterator who) {
    if (who->open.purpose == Purpose::mux)
        return take_mux(who);
    if (who->open.purpose == Purpose::guest) {
        if (options_.is_private)
            return refuse_and_forget(who, ENOTSUP, "a private server shares nothing");
        if (is_guest_uid(who->peer.uid))
            return serve_guest(who, shares_.let_in_token(who->peer, who->open.words));
        return look_up(who, who->peer.uid, nullptr);
    }
    if (shares_.is_guest(who->peer.uid))
        return refuse_and_forget(who, EACCES, "a guest has no sessions");
    const Request request = parse_request(who->open.words);
    const bool show = who->open.purpose == Purpose::admin && request.verb == Verb::policy_show;
    const std::string& named = show ? request.argument : who->open.user;
    AccountKey key = options_.is_private ? geteuid() : who->peer.uid;
    const bool by_name = !named.empty() && !options_.is_private;
    const Server* server = by_name ? server_of(named) : server_of(std::get<uid_t>(key));
    if (by_name)
        key = named;
    if (server != nullptr && !server->account().name.empty() &&
        (server->account().has_groups || !rules_.needs_groups()))
        serve_account(who, server->account());
    else
        look_up(who, key, server);
}

// A server whose account had no name, or no groups, gets them.
void Broker::complete(const Account& account) {
    Server* server = server_of(account.uid);
    if (server != nullptr &&
        (server->account().name.empty() || server->account().name == account.name))
        server->set_account(account);
}

// `known`: the server whose account is to do when the name services do not answer.
void Broker::look_up(Greetings::iterator who, const AccountKey& key, const Server* known) {
    std::optional<Account> fallback;
    if (known != nullptr)
        fallback = known->account();
    else if (who->open.purpose == Purpose::keeper && std::holds_alternative<uid_t>(key))
        fallback = nameless(who->peer); // it has sessions to keep
    who->lookup = std::make_unique<AccountLookup>(
        loop_, key,
        rules_.needs_groups() || who->open.purpose == Purpose::guest ? Groups::find : Groups::leave,
        [this, who, fallback = std::move(fallback)](Result<Account> account) mutable {
            if (account) {
                complete(*account);
                serve_account(who, std::move(*account));
            } else if (fallback) {
                serve_account(who, std::move(*fallback));
            } else {
                refuse_and_forget(who, account.error().code, account.error().text());
            }
        });
}

void Broker::serve_account(Greetings::iterator who, Account account) {
    const std::string& named = who->open.user;
    const bool allowed = who->peer.uid == 0 || who->peer.uid == account.uid;
    if (!allowed || (options_.is_private && !named.empty() && named != account.name)) {
        log::write(log::Level::warning, log::Event::refused,
                   "refused uid " + std::to_string(who->peer.uid) + " as " + account.name,
                   {{"BERTH_USER", account.name}});
        refuse_and_forget(who, EACCES, "you may not act as " + account.name);
        return;
    }
    switch (who->open.purpose) {
    case Purpose::attach:
    case Purpose::command:
        serve_client(who, account);
        return;
    case Purpose::keeper:
        take_keeper(who, account);
        return;
    case Purpose::admin:
        admin(who, account);
        return;
    case Purpose::guest:
        serve_guest(who, shares_.let_in_account(who->peer, account, who->open.words));
        return;
    case Purpose::mux:
        return; // no account of its own
    }
}

// To the owner's mux, if it runs: a guest starts nothing.
void Broker::serve_guest(Greetings::iterator who, Result<Admitted> admitted) {
    if (!admitted) {
        refuse_and_forget(who, admitted.error().code, admitted.error().operation);
        return;
    }
    Server* server = server_of(admitted->owner);
    if (server == nullptr || !server->running()) {
        refuse_and_forget(who, ENOENT, std::string(kEndedText));
        return;
    }
    Client client;
    client.connection = std::move(who->connection);
    client.guest = std::move(admitted->adopt);
    server->serve(std::move(client));
    forget(who);
}

Answer Broker::unshare(const Peer& peer, const Request& request) {
    std::uint32_t id = 0;
    const char* const end = request.argument.data() + request.argument.size();
    const auto [stop, error] = std::from_chars(request.argument.data(), end, id);
    const auto whose = peer.uid == 0 ? std::nullopt : std::optional<std::uint32_t>(peer.uid);
    if (request.argument == "--all") {
        shares_.unshare(whose, std::nullopt);
        return {};
    }
    if (error != std::errc() || stop != end || !shares_.unshare(whose, id))
        return {"no such share\n", 1};
    return {};
}

void Broker::admin(Greetings::iterator who, const Account& account) {
    const Request request = parse_request(who->open.words);
    if (answering_.size() + await_end_.size() >= kMaxAnswering) {
        refuse_and_forget(who, EAGAIN, "too many requests");
        return;
    }
    Answer text;
    switch (request.verb) {
    case Verb::users:
        text = users(visible_to(who->peer), request);
        break;
    case Verb::status:
        text = status(visible_to(who->peer), request, options_.socket, upgrade_.refused());
        break;
    case Verb::policy_show:
        text = policy_show(rules_.of(account), account, request);
        break;
    case Verb::shares:
        text = shares(shares_.shares(), who->peer, request);
        break;
    case Verb::guests:
        text = guests(shares_.shares(), who->peer, request);
        break;
    case Verb::unshare:
        text = unshare(who->peer, request);
        break;
    case Verb::shutdown:
        shut_down(who, request);
        return;
    case Verb::upgrade:
        upgrade(who, Part::mux);
        return;
    case Verb::upgrade_keepers:
        upgrade(who, Part::keeper);
        return;
    default:
        text = {"unknown request; known are: users, status, policy show [USER], shares, "
                "guests, unshare ID|--all, shutdown [USER], upgrade, upgrade-keepers\n",
                1};
    }
    answer(std::move(who->connection), text);
    forget(who);
}

// Answered when it is done.
void Broker::shut_down(Greetings::iterator who, const Request& request) {
    Server* server =
        request.argument.empty() ? server_of(who->peer.uid) : server_of(request.argument);
    const bool visible = server != nullptr && may_see(who->peer, server->account().uid);
    if (!visible) {
        answer(std::move(who->connection), {"no server of that account is running\n", 1});
    } else {
        await_end_.emplace(server->account().uid, std::move(who->connection));
        server->shut_down();
    }
    forget(who);
}

// Answered when it is over; whoever asked need not wait for it.
void Broker::upgrade(Greetings::iterator who, Part part) {
    if (who->peer.uid != 0 && !options_.is_private) {
        answer(std::move(who->connection), {"only root may do that\n", 1});
    } else {
        upgrade_.run(part,
                     [this, connection = std::move(who->connection)](const Answer& text) mutable {
                         answer(std::move(connection), text);
                     });
    }
    forget(who);
}

void Broker::answer(Fd connection, const Answer& text) {
    const auto place = answering_.emplace(answering_.end());
    *place = std::make_unique<Channel>(
        loop_, std::move(connection), [](Packet&) { return false; },
        [this, place](std::string_view) {
            answering_.erase(place);
            leave_if_unused();
        });
    std::size_t at = 0;
    do {
        Reply reply;
        reply.text = text.text.substr(at, kMaxChunk);
        at += reply.text.size();
        reply.last = at == text.text.size() ? 1 : 0;
        reply.status = text.status;
        (*place)->send(reply);
    } while (at < text.text.size());
    (*place)->close_after_sending();
}

std::vector<ServerView> Broker::visible_to(const Peer& peer) const {
    std::vector<ServerView> result;
    for (const auto& [uid, server] : servers_) {
        if (!may_see(peer, uid))
            continue;
        const auto view = [this, &server](Part part) -> std::optional<ProcessView> {
            const auto pid = server->process(part);
            if (!pid)
                return std::nullopt;
            return ProcessView{*pid, server->build(part).version,
                               upgrade_.is_current(*server, part)};
        };
        result.push_back({server->user(), uid, view(Part::keeper), view(Part::mux)});
    }
    return result;
}

std::vector<Server*> Broker::all_servers() const {
    std::vector<Server*> result;
    for (const auto& [uid, server] : servers_)
        result.push_back(server.get());
    return result;
}

void Broker::serve_client(Greetings::iterator who, const Account& account) {
    const bool is_login = who->open.words == Texts{kLoginWord};
    if (is_login && rules_.of(account).hook() == policy::Hook::off) {
        refuse_and_forget(who, ECANCELED,
                          ""); // no reason to tell: the plain shell is what is wanted
        return;
    }
    Server* server = server_of(account.uid);
    if (server == nullptr && who->open.start == 0) {
        refuse_and_forget(who, ENOENT, "no server running on " + options_.socket);
        return;
    }
    if (server == nullptr)
        server = &new_server(account);
    Client client;
    client.connection = std::move(who->connection);
    client.adopt.uid = who->peer.uid;
    client.adopt.pid = static_cast<std::uint32_t>(who->peer.pid);
    client.adopt.user = account.name;
    client.adopt.purpose = who->open.purpose;
    const policy::Settings settings = rules_.of(account);
    apply(settings, client.adopt);
    if (!options_.is_private) // of which an account has any number
        client.restore = restore_rules(settings);
    server->serve(std::move(client));
    forget(who);
}

void Broker::take_keeper(Greetings::iterator who, const Account& account) {
    if (who->peer.uid != account.uid) {
        refuse_and_forget(who, EACCES, "a keeper runs as its account");
        return;
    }
    Server* server = server_of(account.uid);
    if (server == nullptr)
        server = &new_server(account);
    if (!server->wants_keeper()) {
        refuse_and_forget(who, EEXIST, "the account has a keeper");
        return;
    }
    server->take_keeper(std::move(who->connection), who->peer.pid, who->open);
    forget(who);
}

// A mux runs as nobody that we know: its unit says whose it is.
void Broker::take_mux(Greetings::iterator who) {
    std::optional<Edition> edition;
    const auto found = std::ranges::find_if(servers_, [this, who, &edition](const auto& entry) {
        edition = launcher_->mux_edition(entry.second->account(), who->peer.pid);
        return edition.has_value();
    });
    if (found == servers_.end()) {
        refuse_and_forget(who, EACCES, "not the berth-mux of an account with a server");
        return;
    }
    if (!found->second->take_mux(std::move(who->connection), who->peer.pid, *edition, who->open))
        log::warning("a second berth-mux of " + found->second->user() + " was dropped");
    forget(who);
}

void Broker::refuse_and_forget(Greetings::iterator who, int code, const std::string& text) {
    refuse(who->connection, code, text);
    forget(who);
}

void Broker::drop(Greetings::iterator who, const std::string& reason) {
    log::write(log::Level::warning, log::Event::peer_dropped,
               "dropped a peer of uid " + std::to_string(who->peer.uid) + ": " + reason,
               {{"BERTH_PID", std::to_string(who->peer.pid)}});
    forget(who);
}

void Broker::forget(Greetings::iterator who) {
    greetings_.erase(who);
    watch_deadlines();
    leave_if_unused();
}

Server* Broker::server_of(uid_t uid) {
    const auto found = servers_.find(uid);
    return found == servers_.end() ? nullptr : found->second.get();
}

Server* Broker::server_of(const std::string& name) {
    const auto found = std::ranges::find_if(
        servers_, [&name](const auto& entry) { return entry.second->account().name == name; });
    return found == servers_.end() ? nullptr : found->second.get();
}

Server& Broker::new_server(const Account& account) {
    const uid_t uid = account.uid;
    auto server = std::make_unique<Server>(loop_, account, *launcher_, shares_,
                                           [this, uid] { server_ended(uid); });
    server->set_edition(upgrade_.edition());
    return *servers_.emplace(uid, std::move(server)).first->second;
}

void Broker::server_ended(uid_t uid) {
    servers_.erase(uid);
    shares_.server_ended(uid);
    const auto [first, last] = await_end_.equal_range(uid);
    for (auto at = first; at != last; ++at)
        answer(std::move(at->second), {});
    await_end_.erase(first, last);
    leave_if_unused();
}

// A private berthd ends with its server. Clients hold the start lock while they make a new one, so
// with it in hand nobody else listens at the path: whoever connected before its name went is served
// under the same name again.
void Broker::leave_if_unused() {
    if (!options_.is_private || loop_.ended() || !servers_.empty() || !greetings_.empty() ||
        !answering_.empty() || upgrade_.running())
        return;
    const std::string path = options_.socket + ".lock";
    const Fd lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (lock && flock(lock.get(), LOCK_EX | LOCK_NB) < 0) {
        unused_ = loop_.after(kAcceptPause, [this] { leave_if_unused(); });
        return;
    }
    unlink(options_.socket.c_str());
    accept_one();
    if (greetings_.empty()) {
        remove_keeper_lock(options_.socket, geteuid());
        loop_.exit(0);
        return;
    }
    auto again = listen_at(options_.socket, 0600);
    if (!again) {
        log::error(again.error().text());
        loop_.exit(1);
        return;
    }
    while (accept_one()) {
    }
    listen(std::move(*again));
}

void Broker::listen(Fd listener) {
    accept_.reset();
    listener_ = std::move(listener);
    accept_ = loop_.watch(listener_.get(), EPOLLIN, [this](std::uint32_t) { accept_one(); });
}

} // namespace berth::daemon
