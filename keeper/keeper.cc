#include "keeper.h"

#include "aside.h"
#include "base/log.h"
#include "base/program.h"
#include "base/socket.h"

#include <array>
#include <climits>
#include <csignal>
#include <sys/epoll.h>
#include <unistd.h>

namespace berth::keeper {
namespace {

using namespace protocol;

static_assert(kMaxStatePanes >= kMaxPanes && kMaxStateSlots >= kMaxSlots);
static_assert(kMaxStateRelays >= kMaxRelays && kMaxStateBytes >= kRelayBytes);

std::string host_name() {
    std::array<char, HOST_NAME_MAX + 1> name{};
    if (gethostname(name.data(), name.size() - 1) < 0)
        return {};
    return name.data();
}

Open introduction() {
    Open open;
    open.purpose = Purpose::keeper;
    open.words = {BERTH_VERSION, program_stamp(kOwnProgram)};
    return open;
}

} // namespace

Keeper::Keeper(Loop& loop, Options options, Account account, rlimit files)
    : loop_(loop), options_(std::move(options)), account_(std::move(account)),
      panes_(loop, account_, files), restore_(loop, account_, [this] { check_end(); }),
      broker_(
          loop, options_.socket, introduction(),
          [this](Packet& packet) { return berthd_packet(packet); }, [this] { introduce_ = true; }) {
    child_signal_ = loop.signal(SIGCHLD, [this] { reap(); });
    if (options_.state) {
        resume(*options_.state);
        options_.state.reset();
    } else if (!options_.agent.empty()) {
        auto proxy = AgentProxy::listen(loop, options_.agent);
        if (proxy)
            agent_ = std::move(*proxy);
        else
            log::warning("no agent socket: " + proxy.error().text());
    }
    if (options_.channel)
        broker_.inherit(std::move(options_.channel));
    else
        broker_.connect();
    if (options_.returned && broker_.channel() != nullptr)
        broker_.channel()->send(RenewFailed{"the installed berth-keeper could not go on"});
}

// Everything is where it was; children may have ended on the way.
void Keeper::resume(const State& state) {
    if (state.mux != kNoFd)
        use_mux(Fd(state.mux), {state.mux_oldest, state.mux_newest});
    panes_.resume(state, mux_.get());
    if (state.agent_listener != kNoFd)
        agent_ = AgentProxy::resume(loop_, state);
    look_ = loop_.defer([this] { reap(); });
}

State Keeper::collect() const {
    State state;
    state.socket = options_.socket;
    state.user = account_.name;
    state.home = account_.home;
    state.shell = account_.shell;
    state.gid = account_.gid;
    state.agent = options_.agent;
    state.lock = options_.lock ? options_.lock.get() : kNoFd;
    if (broker_.channel() != nullptr)
        state.berthd = broker_.channel()->fd();
    if (mux_) {
        state.mux = mux_->fd();
        state.mux_oldest = mux_speaks_.oldest;
        state.mux_newest = mux_speaks_.newest;
    }
    panes_.collect(state);
    if (agent_)
        agent_->collect(state);
    return state;
}

void Keeper::renew() {
    if (renewal_ || ending_)
        return;
    renewal_ = std::make_unique<Renewal>(
        loop_, [this] { return collect(); },
        [this] {
            const Channel* berthd = broker_.channel();
            return !restore_.busy() && (!mux_ || mux_->queued() == 0) &&
                   (berthd == nullptr || berthd->queued() == 0);
        },
        [this](const std::string& reason) {
            log::error("this berth-keeper goes on: " + reason);
            if (broker_.channel() != nullptr)
                broker_.channel()->send(RenewFailed{reason.substr(0, kMaxLine)});
            renewal_.reset();
        });
}

bool Keeper::berthd_packet(Packet& packet) {
    Shutdown shutdown;
    Renew renewing;
    Ping ping;
    switch (packet.id) {
    case Id::hello:
        return broker_.on_hello(packet);
    case Id::keeper_link:
        broker_.accepted();
        return on_link(packet);
    case Id::shutdown:
        if (!decode(packet, shutdown))
            return false;
        end();
        return true;
    case Id::renew:
        if (!decode(packet, renewing))
            return false;
        renew();
        return true;
    case Id::ping:
        if (!decode(packet, ping))
            return false;
        broker_.accepted();
        if (std::exchange(introduce_, false))
            introduce_mux();
        broker_.channel()->send(Pong{ping.number});
        return true;
    case Id::refused: // berthd closes next; there is nobody to tell
        return true;
    default:
        return false;
    }
}

bool Keeper::on_link(Packet& packet) {
    KeeperLink message;
    if (!decode(packet, message) || packet.descriptors.size() != 1 ||
        !is_seqpacket(packet.descriptors[0].get()))
        return false;
    if (mux_)
        mux_->read_rest(); // what the one before sent last, checkpoints perhaps
    panes_.unlink();
    use_mux(std::move(packet.descriptors[0]), {message.oldest, message.version});
    Ready ready;
    ready.uid = account_.uid;
    ready.user = account_.name;
    ready.home = account_.home;
    ready.shell = account_.shell;
    ready.host = host_name();
    ready.agent = agent_ ? agent_->path() : "";
    ready.socket = options_.socket;
    mux_->send(ready);
    panes_.link(mux_.get());
    return true;
}

void Keeper::use_mux(Fd socket, Range speaks) {
    mux_ = std::make_unique<Channel>(
        loop_, std::move(socket), [this](Packet& other) { return mux_packet(other); },
        [this](std::string_view reason) { mux_lost(reason); });
    restore_.link(mux_.get());
    mux_speaks_ = speaks;
    mux_->set_version(agree({}, speaks).value_or(kVersion)); // berthd links no others
}

bool Keeper::mux_packet(Packet& packet) {
    Agent agent;
    SetAside aside;
    Ping ping;
    switch (packet.id) {
    case Id::agent:
        if (!decode(packet, agent))
            return false;
        if (agent_)
            agent_->set_agents(std::move(agent.paths));
        return true;
    case Id::set_aside:
        if (!decode(packet, aside) || !is_aside_name(aside.name))
            return false;
        set_aside(account_, std::move(aside.name), std::move(aside.bytes));
        return true;
    case Id::save_state:
    case Id::load_state:
        return restore_.packet(packet);
    case Id::ping:
        if (!decode(packet, ping))
            return false;
        mux_->send(Pong{ping.number});
        return true;
    default:
        return panes_.packet(packet);
    }
}

void Keeper::mux_lost(std::string_view reason) {
    if (reason != "closed by the peer")
        log::write(log::Level::warning, log::Event::peer_dropped,
                   "dropped berth-mux: " + std::string(reason));
    panes_.unlink();
    restore_.link(nullptr);
    mux_.reset();
}

// A new berthd gets its channel to the mux that runs: once it has asked whether we are there, for
// one that is just dying may still have let us connect.
void Keeper::introduce_mux() {
    if (!mux_ || mux_->fd() < 0)
        return;
    auto ends = socket_pair();
    if (!ends) {
        log::error(ends.error().text());
        return;
    }
    // Its SO_PEERCRED would be the keeper.
    if (const auto told = tell_sender(ends->second.get(), true); !told)
        log::warning(told.error().text());
    std::vector<Fd> for_mux;
    std::vector<Fd> for_berthd;
    for_mux.push_back(std::move(ends->first));
    for_berthd.push_back(std::move(ends->second));
    const Range berthd = broker_.speaks();
    mux_->send(MuxLink{berthd.oldest, berthd.newest}, std::move(for_mux));
    broker_.channel()->send(MuxLink{mux_speaks_.oldest, mux_speaks_.newest}, std::move(for_berthd));
}

void Keeper::reap() {
    panes_.reap();
    check_end();
}

void Keeper::check_end() {
    if (ending_ && !panes_.running() && !restore_.busy())
        loop_.exit(0);
}

// The programs that end now, with the machine perhaps, are not ended by the user.
void Keeper::stop() {
    restore_.close();
    end();
}

void Keeper::end() {
    if (ending_)
        return;
    ending_ = true;
    renewal_.reset();
    panes_.hang_up();
    bound_ = loop_.after(panes_.running() || restore_.busy() ? kHangUpBound : 0, [this] {
        panes_.kill_rest();
        loop_.exit(0);
    });
}

} // namespace berth::keeper
