// berthd with units: a service manager of the test's own listens where systemd's private socket is,
// and the test says what becomes of each unit.
#include "accounts.h"

#include <condition_variable>
#include <csignal>
#include <deque>
#include <filesystem>
#include <mutex>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <thread>
#include <unistd.h>

using namespace berth;
using namespace berth::test;
using namespace berth::protocol;

namespace {

constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";

struct Setup {
    Setup() {
        enter_namespace();
        BOOST_REQUIRE_EQUAL(mount("tmpfs", "/run", "tmpfs", 0, "mode=755"), 0);
        std::filesystem::create_directory("/run/systemd");
        BOOST_REQUIRE_EQUAL(mount("none", "/sys/fs/cgroup", "cgroup2", 0, nullptr), 0);
        cover("/proc/" + std::to_string(getpid()) + "/cgroup",
              "0::/system.slice/berth-mux@54321.service\n");
    }
};
BOOST_TEST_GLOBAL_FIXTURE(Setup);

// Answers calls of one bus connection after another in a thread.
class Manager {
  public:
    enum class Behaviour { done, failed, error, silent };
    explicit Manager(Behaviour behaviour) : behaviour_(behaviour) {
        unlink("/run/systemd/private");
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::string("/run/systemd/private").copy(address.sun_path, sizeof address.sun_path - 1);
        listener_ = Fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        BOOST_REQUIRE_EQUAL(
            bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        BOOST_REQUIRE_EQUAL(listen(listener_.get(), 4), 0);
        thread_ = std::thread([this] { serve(); });
    }
    ~Manager() {
        stop_ = true;
        shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
    }
    // "StartUnit berth@alice.service"; waits for it.
    std::string next_call() {
        std::unique_lock lock(mutex_);
        const bool came = called_.wait_for(lock, std::chrono::milliseconds(kBound),
                                           [this] { return !calls_.empty(); });
        BOOST_REQUIRE(came);
        std::string call = calls_.front();
        calls_.pop_front();
        return call;
    }

  private:
    static int on_message(sd_bus_message* message, void* data, sd_bus_error*) noexcept {
        return static_cast<Manager*>(data)->call(message);
    }
    int call(sd_bus_message* message);
    int start(sd_bus_message* message, const char* unit);
    void serve();
    void note(const std::string& text) {
        const std::lock_guard lock(mutex_);
        calls_.push_back(text);
        called_.notify_all();
    }

    Behaviour behaviour_;
    Fd listener_;
    std::thread thread_;
    std::atomic<bool> stop_ = false;
    std::mutex mutex_;
    std::condition_variable called_;
    std::deque<std::string> calls_;
    std::uint32_t jobs_ = 0;
};

int Manager::call(sd_bus_message* message) {
    const char* member = sd_bus_message_get_member(message);
    if (member == nullptr || sd_bus_message_is_method_call(message, kManager, nullptr) <= 0)
        return 0;
    if (std::string(member) == "Subscribe")
        return sd_bus_reply_method_return(message, nullptr);
    const char* unit = nullptr;
    if (sd_bus_message_read(message, "s", &unit) < 0)
        return 0;
    note(std::string(member) + " " + unit);
    if (std::string(member) == "StartUnit")
        return start(message, unit);
    return sd_bus_reply_method_return(message, nullptr);
}

int Manager::start(sd_bus_message* message, const char* unit) {
    if (behaviour_ == Behaviour::silent)
        return 1;
    if (behaviour_ == Behaviour::error)
        return sd_bus_reply_method_errorf(message, "org.freedesktop.systemd1.NoSuchUnit",
                                          "Unit %s not found.", unit);
    const std::uint32_t id = ++jobs_;
    const std::string job = std::string(kPath) + "/job/" + std::to_string(id);
    const int result = sd_bus_reply_method_return(message, "o", job.c_str());
    if (result < 0)
        return result;
    return sd_bus_emit_signal(sd_bus_message_get_bus(message), kPath, kManager, "JobRemoved",
                              "uoss", id, job.c_str(), unit,
                              behaviour_ == Behaviour::done ? "done" : "failed");
}

void Manager::serve() {
    while (!stop_) {
        const int socket = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket < 0)
            return;
        sd_bus* bus = nullptr;
        sd_id128_t id{};
        if (sd_id128_randomize(&id) < 0 || sd_bus_new(&bus) < 0 ||
            sd_bus_set_fd(bus, socket, socket) < 0 || sd_bus_set_server(bus, 1, id) < 0 ||
            sd_bus_add_filter(bus, nullptr, on_message, this) < 0 || sd_bus_start(bus) < 0)
            return;
        int result = 0;
        while (!stop_ && (result = sd_bus_process(bus, nullptr)) >= 0)
            if (result == 0)
                sd_bus_wait(bus, 50'000);
        sd_bus_close_unref(bus);
    }
}

// The unit's main process: the real keeper, as alice, which connects by itself.
Program keeper_of_alice(const Berthd& berthd) {
    return Program({"/usr/bin/setpriv", "--reuid=54321", "--regid=54321", "--clear-groups",
                    berthd.folder().path("libexec/berth-keeper"), "--socket", berthd.socket()});
}

Fd mux_of(const Berthd& berthd) {
    Fd mux = berthd.connect();
    send(mux, Open{.purpose = Purpose::mux, .user = {}, .words = {}});
    return mux;
}

} // namespace

BOOST_AUTO_TEST_SUITE(programs_units)

BOOST_AUTO_TEST_CASE(both_units_are_started_and_linked_when_they_connect) {
    Manager manager(Manager::Behaviour::done);
    Berthd berthd(Mode::units);
    const Fd client = connect_as(berthd, kAlice, start_for(""));
    BOOST_TEST(manager.next_call() == "StartUnit berth@alice.service");
    BOOST_TEST(manager.next_call() == "StartUnit berth-mux@54321.service");
    const Fd mux = mux_of(berthd);
    Program keeper = keeper_of_alice(berthd);
    const Fd link = take_link(mux);
    BOOST_TEST(expect<Ready>(link).user == "alice");
    expect<HeldEnd>(link);
    std::vector<Fd> connection;
    BOOST_TEST(expect<Adopt>(mux, &connection).uid == kAlice);

    // A mux that misbehaves: its unit is killed, and started anew.
    send(mux, Spawn{});
    BOOST_TEST(!receive(mux).has_value());
    BOOST_TEST(manager.next_call() == "KillUnit berth-mux@54321.service");
    BOOST_TEST(manager.next_call() == "StartUnit berth-mux@54321.service");
    const Fd again = mux_of(berthd);
    const Fd new_link = take_link(again);
    expect<Ready>(new_link);

    // berthd is killed: the mux gets a new channel, no unit is touched.
    expect<HeldEnd>(new_link);
    berthd.program().kill_now();
    BOOST_TEST(!receive(again).has_value());
    berthd.start();
    std::vector<Fd> channel;
    expect<MuxLink>(new_link, &channel);
    const Fd next = connect_as(berthd, kAlice, start_for(""));
    expect<Adopt>(channel.at(0), &connection);
    Open root = start_for("alice");
    root.purpose = Purpose::attach;
    const Fd by_root = connect_as(berthd, 0, root);
    const auto adopted = expect<Adopt>(channel.at(0), &connection);
    BOOST_TEST((adopted.uid == 0 && adopted.purpose == Purpose::attach));
    send(channel.at(0), Idle{adopted.number});
    expect<Shutdown>(channel.at(0));
    BOOST_TEST(keeper.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_mux_of_another_unit_is_refused) {
    Manager manager(Manager::Behaviour::done);
    Berthd berthd(Mode::units);
    const Fd early = mux_of(berthd); // its account has no server
    BOOST_TEST(expect<Refused>(early).code == EACCES);
    const Fd client = connect_as(berthd, kFirstOdd, start_for(""));
    BOOST_TEST(manager.next_call() == "StartUnit berth@first.last.service");
    const Fd other = mux_of(berthd); // alice's, not first.last's
    BOOST_TEST(expect<Refused>(other).code == EACCES);
}

BOOST_AUTO_TEST_CASE(names_are_escaped) {
    Manager manager(Manager::Behaviour::done);
    Berthd berthd(Mode::units);
    const std::vector<std::string> instances = {"first.last", "user\\x40domain", "DOMAIN\\x5cuser",
                                                "54333", std::string(200, 'x')};
    std::vector<Fd> clients;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        clients.push_back(connect_as(berthd, static_cast<uid_t>(kFirstOdd + i), start_for("")));
        BOOST_TEST(manager.next_call() == "StartUnit berth@" + instances[i] + ".service");
        BOOST_TEST(manager.next_call() ==
                   "StartUnit berth-mux@" + std::to_string(kFirstOdd + i) + ".service");
    }
}

BOOST_AUTO_TEST_CASE(what_systemd_says_reaches_the_client) {
    const std::vector<std::pair<Manager::Behaviour, std::string>> rows = {
        {Manager::Behaviour::error, "Unit berth@alice.service not found."},
        {Manager::Behaviour::failed, "journalctl -u berth@alice.service"},
        {Manager::Behaviour::silent, "Connection timed out"}};
    for (const auto& [behaviour, text] : rows) {
        Manager manager(behaviour);
        Berthd berthd(Mode::units);
        const Fd client = connect_as(berthd, kAlice, start_for(""));
        const auto refused = expect<Refused>(client);
        BOOST_TEST(refused.text.find(text) != std::string::npos, refused.text);
    }
}

BOOST_AUTO_TEST_CASE(no_systemd_and_no_bus_is_said) {
    unlink("/run/systemd/private");
    Berthd berthd(Mode::units);
    const Fd client = connect_as(berthd, kAlice, start_for(""));
    const auto refused = expect<Refused>(client);
    BOOST_TEST(refused.text.find("reach systemd") != std::string::npos, refused.text);
}

BOOST_AUTO_TEST_SUITE_END()
