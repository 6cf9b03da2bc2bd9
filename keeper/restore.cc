#include "restore.h"

#include "base/log.h"
#include "base/thread.h"
#include "restore/store.h"
#include "restore_folder.h"

#include <array>
#include <cerrno>
#include <climits>
#include <mutex>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <systemd/sd-id128.h>
#include <unistd.h>
#include <utility>

namespace berth::keeper {
namespace {

using namespace protocol;

// sd_id128_get_machine_app_specific(3): the machine's id itself is nobody's business.
constexpr sd_id128_t kApplication =
    SD_ID128_MAKE(6b, 1d, 0e, 52, a7, 4f, 4c, 8b, 93, 20, d8, 5e, 71, c4, 3a, 99);

// Of this machine: a home directory may be several machines'.
std::string file_name() {
    std::array<char, SD_ID128_STRING_MAX> machine{};
    sd_id128_t id{};
    if (sd_id128_get_machine_app_specific(kApplication, &id) >= 0)
        return std::string("sessions-") + sd_id128_to_string(id, machine.data());
    std::array<char, HOST_NAME_MAX + 1> host{};
    if (gethostname(host.data(), host.size() - 1) < 0)
        return "sessions";
    std::string name = std::string("sessions-") + host.data();
    for (char& byte : name)
        if (byte == '/' || static_cast<unsigned char>(byte) <= ' ')
            byte = '_';
    return name;
}

Result<std::string> contents_of(const Fd& file) {
    struct stat info{};
    if (fstat(file.get(), &info) < 0)
        return fail_errno("look at the state");
    if (info.st_size <= 0 || static_cast<std::uint64_t>(info.st_size) > restore::kMaxState)
        return fail(EFBIG, "a state of " + std::to_string(info.st_size) + " bytes");
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    const ssize_t size = pread(file.get(), bytes.data(), bytes.size(), 0);
    if (size != info.st_size)
        return fail(size < 0 ? errno : EIO, "read the state");
    return bytes;
}

Result<Fd> memory_file_of(std::string_view bytes) {
    Fd file(memfd_create("berth-state", MFD_CLOEXEC));
    if (!file)
        return fail_errno("memfd_create");
    while (!bytes.empty()) {
        const ssize_t size = ::write(file.get(), bytes.data(), bytes.size());
        if (size <= 0)
            return fail_errno("write the state");
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return file;
}

} // namespace

// What the thread works on, and may have for ever.
struct Restore::Desk {
    explicit Desk(const std::string& home) : folder(home) {}

    HomeFolder folder;
    restore::Store store{file_name()};
    HomeFolder::Identity known; // where the last load looked, or the last save wrote
    Fd wake{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

    std::mutex mutex; // for what follows
    Kind did = Kind::load;
    Result<Fd> outcome;

    void work(Kind kind, const Fd& contents);
    [[nodiscard]] Result<Fd> load();
    [[nodiscard]] Result<Fd> save(Kind& kind, const Fd& contents);
};

Result<Fd> Restore::Desk::load() {
    known = folder.identity();
    const auto bytes = store.load(folder);
    if (!bytes)
        return std::unexpected(bytes.error());
    return bytes->empty() ? Result<Fd>(Fd()) : memory_file_of(*bytes);
}

Result<Fd> Restore::Desk::save(Kind& kind, const Fd& contents) {
    const auto bytes = contents_of(contents);
    if (!bytes)
        return std::unexpected(bytes.error());
    // Another folder than the one that was looked into (a home that was mounted or unlocked since)
    // may have a state that nobody has seen: it is not written over.
    if (folder.identity() != known) {
        auto loaded = load();
        if (loaded && *loaded) {
            kind = Kind::load;
            return loaded;
        }
    }
    if (const auto made = folder.make(); !made)
        return std::unexpected(made.error());
    const auto saved = store.save(folder, *bytes);
    known = folder.identity();
    return saved ? Result<Fd>(Fd()) : std::unexpected(saved.error());
}

void Restore::Desk::work(Kind kind, const Fd& contents) {
    Result<Fd> result;
    if (kind == Kind::load) {
        result = load();
    } else if (kind == Kind::save) {
        result = save(kind, contents);
    } else if (const auto gone = store.forget(folder); !gone) {
        result = std::unexpected(gone.error());
    }
    const std::scoped_lock lock(mutex);
    did = kind;
    outcome = std::move(result);
    eventfd_write(wake.get(), 1);
}

Restore::Restore(Loop& loop, const Account& account, std::move_only_function<void()> on_idle)
    : loop_(loop), on_idle_(std::move(on_idle)), desk_(std::make_shared<Desk>(account.home)) {
    wake_ = loop_.watch(desk_->wake.get(), EPOLLIN, [this](std::uint32_t) { done(); });
}

Restore::~Restore() = default;

void Restore::link(Channel* mux) {
    mux_ = mux;
    heard_ = false;
    load_ = false;
    if (write_)
        write_->heard = false; // is done, but answered to nobody
}

bool Restore::packet(Packet& packet) {
    if (packet.id == Id::load_state) {
        LoadState message;
        if (!decode(packet, message) || load_)
            return false;
        if (kept_) {
            mux_->send(StateLoaded{});
            return true;
        }
        load_ = true;
        next();
        return true;
    }
    SaveState message;
    if (!decode(packet, message))
        return false;
    if (closed_)
        return true;
    kept_ = true;
    if (packet.descriptors.empty())
        write_ = Wish{Kind::forget, {}, true};
    else
        write_ = Wish{Kind::save, std::move(packet.descriptors.front()), true};
    next();
    return true;
}

void Restore::next() {
    if (running_ || (!load_ && !write_))
        return;
    Wish wish;
    if (!std::exchange(load_, false)) {
        wish = std::move(*write_);
        write_.reset();
    }
    const Kind kind = wish.kind;
    const bool started = run_apart(
        [desk = desk_, kind, contents = std::move(wish.contents)] { desk->work(kind, contents); });
    heard_ = wish.heard;
    running_ = kind;
    if (!started) {
        desk_->did = kind;
        desk_->outcome = fail(EAGAIN, "start a thread for the state");
        eventfd_write(desk_->wake.get(), 1);
    }
    bound_ = loop_.after(kDiskBound, [this] {
        warn_once("the home directory does not answer; what comes back after a reboot is kept as "
                  "soon as it does");
    });
}

void Restore::done() {
    eventfd_t count = 0;
    if (eventfd_read(desk_->wake.get(), &count) < 0 || !running_)
        return;
    bound_.reset();
    running_.reset();
    Kind kind{};
    {
        const std::scoped_lock lock(desk_->mutex);
        kind = desk_->did;
    }
    answer(kind);
    next();
    if (!running_)
        on_idle_();
}

void Restore::answer(Kind kind) {
    Result<Fd> outcome;
    {
        const std::scoped_lock lock(desk_->mutex);
        outcome = std::move(desk_->outcome);
    }
    const int code = outcome ? 0 : outcome.error().code;
    const std::string text = outcome ? "" : outcome.error().text().substr(0, kMaxLine);
    if (!outcome)
        warn_once(text);
    else
        warned_.clear();
    if (kind == Kind::load && outcome && *outcome)
        kept_ = false; // until the mux has made sessions of it
    if (kind == Kind::load && !heard_)
        desk_->known = {}; // nobody has seen it
    if (mux_ == nullptr || !heard_)
        return;
    if (kind != Kind::load) {
        mux_->send(StateSaved{code, text});
        return;
    }
    std::vector<Fd> descriptors;
    if (outcome && *outcome)
        descriptors.push_back(std::move(*outcome));
    mux_->send(StateLoaded{code, text}, std::move(descriptors));
}

// A disk that stays full is no news.
void Restore::warn_once(const std::string& text) {
    if (std::exchange(warned_, text) != text)
        log::warning(text);
}

} // namespace berth::keeper
