// Launching by systemd: StartUnit over its private socket, as systemctl(1) does for root, so that a
// D-Bus daemon that is dead does not matter; over the system bus where that is not to be had. All
// of it is asynchronous. A job that fails is reported when systemd says so; a job that does nothing
// is given up by the server that waits for the connection.
#include "launcher.h"

#include "base/log.h"
#include "base/unit_name.h"

#include <csignal>
#include <cstring>
#include <list>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-login.h>

namespace berth::daemon {
namespace {

constexpr const char* kPrivateBus = "unix:path=/run/systemd/private";
constexpr const char* kService = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kWebhookSocket = "/run/berth/webhook.sock"; // berth-webhook.socket
constexpr std::uint64_t kCallBound = 2'000'000; // microseconds for systemd to answer

// A mux is called by the account's uid, so that the name of its dynamic user can be made of it (32
// bytes at most, and plain): each has a uid of its own.
std::string unit_of(Part part, const Account& account, Edition edition) {
    if (part == Part::mux)
        return (edition == Edition::previous ? "berth-mux-previous@" : "berth-mux@") +
               std::to_string(account.uid) + ".service";
    return "berth@" + unit_instance(account.name, account.uid) + ".service";
}

class UnitLauncher : public Launcher {
  public:
    UnitLauncher(Loop& loop, std::string folder) : loop_(loop), folder_(std::move(folder)) {}
    ~UnitLauncher() override;

    void start(Part part, const Account& account, Edition edition, Done done) override {
        ask("StartUnit", unit_of(part, account, edition), std::move(done));
    }
    // systemd may not have seen the end of the one before: a start of what runs does nothing.
    void start_anew(Part part, const Account& account, Edition edition, Done done) override {
        ask("RestartUnit", unit_of(part, account, edition), std::move(done));
    }
    void stop(Part part, const Account& account, Edition edition, pid_t pid) override;
    void kill_mux(const Account& account, Edition edition, pid_t pid) override;
    std::optional<Edition> mux_edition(const Account& account, pid_t peer) override;
    Result<Started> start_webhook() override;
    std::string program(Part part, Edition edition) const override {
        return program_in(folder_, part, edition);
    }

  private:
    void ask(const char* what, const std::string& unit, Done done);
    // A start that systemd has not finished.
    struct Job {
        UnitLauncher* launcher = nullptr;
        std::string unit;
        std::string path; // of the job, once systemd has told it
        Done done;
        sd_bus_slot* slot = nullptr;
        std::list<Job>::iterator self;
    };

    static int on_reply(sd_bus_message* reply, void* data, sd_bus_error*) noexcept;
    static int on_removed(sd_bus_message* signal, void* data, sd_bus_error*) noexcept;
    static int on_disconnected(sd_bus_message*, void* data, sd_bus_error*) noexcept;
    static int on_answer(sd_bus_message* reply, void*, sd_bus_error*) noexcept;
    void finish(std::list<Job>::iterator job, Result<Started> result);
    int connect();
    int open_bus();
    void close();

    Loop& loop_;
    std::string folder_;
    sd_bus* bus_ = nullptr;
    std::list<Job> jobs_;
    Source closing_;
};

UnitLauncher::~UnitLauncher() {
    close();
}

void UnitLauncher::close() {
    for (Job& job : jobs_)
        sd_bus_slot_unref(job.slot);
    jobs_.clear();
    if (bus_ != nullptr)
        sd_bus_detach_event(bus_);
    bus_ = sd_bus_close_unref(bus_);
}

int UnitLauncher::open_bus() {
    sd_bus* bus = nullptr;
    int result = sd_bus_new(&bus);
    if (result >= 0)
        result = sd_bus_set_address(bus, kPrivateBus);
    if (result >= 0)
        result = sd_bus_start(bus);
    if (result < 0) {
        sd_bus_unref(bus);
        bus = nullptr;
        result = sd_bus_open_system(&bus);
    }
    if (result >= 0)
        bus_ = bus;
    return result;
}

int UnitLauncher::connect() {
    if (bus_ != nullptr)
        return 0;
    int result = open_bus();
    if (result >= 0)
        result = sd_bus_attach_event(bus_, loop_.get(), SD_EVENT_PRIORITY_NORMAL);
    if (result >= 0)
        result = sd_bus_match_signal_async(bus_, nullptr, nullptr, kPath, kManager, "JobRemoved",
                                           on_removed, nullptr, this);
    if (result >= 0)
        result = sd_bus_match_signal_async(
            bus_, nullptr, "org.freedesktop.DBus.Local", "/org/freedesktop/DBus/Local",
            "org.freedesktop.DBus.Local", "Disconnected", on_disconnected, nullptr, this);
    if (result >= 0) // the private socket needs none, and answers
        result = sd_bus_call_method_async(bus_, nullptr, kService, kPath, kManager, "Subscribe",
                                          on_answer, nullptr, "");
    if (result < 0)
        close();
    return result;
}

void UnitLauncher::ask(const char* what, const std::string& unit, Done done) {
    if (const int result = connect(); result < 0)
        return done(fail(-result, "reach systemd to start " + unit));
    const auto job = jobs_.emplace(jobs_.end());
    job->launcher = this;
    job->unit = unit;
    job->done = std::move(done);
    job->self = job;
    sd_bus_message* call = nullptr;
    int result = sd_bus_message_new_method_call(bus_, &call, kService, kPath, kManager, what);
    if (result >= 0)
        result = sd_bus_message_append(call, "ss", unit.c_str(), "replace");
    if (result >= 0)
        result = sd_bus_call_async(bus_, &job->slot, call, on_reply, &*job, kCallBound);
    sd_bus_message_unref(call);
    if (result < 0)
        finish(job, fail(-result, "ask systemd to start " + unit));
}

void UnitLauncher::finish(std::list<Job>::iterator job, Result<Started> result) {
    Done done = std::move(job->done);
    sd_bus_slot_unref(job->slot);
    jobs_.erase(job);
    done(std::move(result));
}

// systemd listens there, and starts the unit.
Result<Started> UnitLauncher::start_webhook() {
    Fd channel(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    std::strcpy(place.sun_path, kWebhookSocket);
    if (!channel ||
        ::connect(channel.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) < 0)
        return fail_errno(std::string("connect ") + kWebhookSocket);
    return Started{std::move(channel), 0};
}

int UnitLauncher::on_reply(sd_bus_message* reply, void* data, sd_bus_error*) noexcept {
    Job& job = *static_cast<Job*>(data);
    if (const sd_bus_error* error = sd_bus_message_get_error(reply); error != nullptr) {
        const std::string text = error->message != nullptr ? error->message : error->name;
        job.launcher->finish(
            job.self, fail(sd_bus_error_get_errno(error), "start " + job.unit + " (" + text + ")"));
        return 0;
    }
    const char* path = nullptr;
    if (sd_bus_message_read(reply, "o", &path) < 0)
        job.launcher->finish(job.self, fail(EPROTO, "start " + job.unit));
    else
        job.path = path;
    return 0;
}

int UnitLauncher::on_removed(sd_bus_message* signal, void* data, sd_bus_error*) noexcept {
    auto& self = *static_cast<UnitLauncher*>(data);
    std::uint32_t id = 0;
    const char* path = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (sd_bus_message_read(signal, "uoss", &id, &path, &unit, &result) < 0)
        return 0;
    for (auto job = self.jobs_.begin(); job != self.jobs_.end(); ++job) {
        if (job->path != path)
            continue;
        if (std::strcmp(result, "done") == 0)
            self.finish(job, Started{});
        else
            self.finish(job, fail(EIO, "start " + job->unit + " (" + result +
                                           "; see journalctl -u " + job->unit + ")"));
        break;
    }
    return 0;
}

// systemd was executed anew, or is gone; jobs go on without us, and their programs connect.
int UnitLauncher::on_disconnected(sd_bus_message*, void* data, sd_bus_error*) noexcept {
    auto& self = *static_cast<UnitLauncher*>(data);
    self.closing_ = self.loop_.defer([&self] { self.close(); });
    return 0;
}

int UnitLauncher::on_answer(sd_bus_message* reply, void*, sd_bus_error*) noexcept {
    if (const sd_bus_error* error = sd_bus_message_get_error(reply); error != nullptr)
        log::warning(std::string("systemd: ") +
                     (error->message != nullptr ? error->message : error->name));
    return 0;
}

void UnitLauncher::stop(Part part, const Account& account, Edition edition, pid_t) {
    const std::string unit = unit_of(part, account, edition);
    int result = connect();
    if (result >= 0)
        result = sd_bus_call_method_async(bus_, nullptr, kService, kPath, kManager, "StopUnit",
                                          on_answer, nullptr, "ss", unit.c_str(), "replace");
    if (result < 0)
        log::error(Error{-result, "ask systemd to stop " + unit}.text());
}

// The unit starts it again by itself (Restart=on-failure).
void UnitLauncher::kill_mux(const Account& account, Edition edition, pid_t) {
    const std::string unit = unit_of(Part::mux, account, edition);
    int result = connect();
    if (result >= 0)
        result = sd_bus_call_method_async(bus_, nullptr, kService, kPath, kManager, "KillUnit",
                                          on_answer, nullptr, "ssi", unit.c_str(), "main", SIGKILL);
    if (result < 0)
        log::error(Error{-result, "ask systemd to kill " + unit}.text());
}

std::optional<Edition> UnitLauncher::mux_edition(const Account& account, pid_t peer) {
    char* unit = nullptr;
    if (sd_pid_get_unit(peer, &unit) < 0)
        return std::nullopt;
    const std::string name = unit;
    std::free(unit);
    for (const Edition edition : {Edition::installed, Edition::previous})
        if (unit_of(Part::mux, account, edition) == name)
            return edition;
    return std::nullopt;
}

} // namespace

std::unique_ptr<Launcher> unit_launcher(Loop& loop, std::string folder) {
    return std::make_unique<UnitLauncher>(loop, std::move(folder));
}

} // namespace berth::daemon
