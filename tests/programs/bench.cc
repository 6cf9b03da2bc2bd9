#include "bench.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

namespace berth::test {

Folder::Folder() {
    std::string pattern = "/tmp/berth-test-XXXXXX";
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Program::Program(std::vector<std::string> words, int channel, int error) {
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (channel >= 0)
        posix_spawn_file_actions_adddup2(&actions, channel, 3);
    if (error >= 0)
        posix_spawn_file_actions_adddup2(&actions, error, 2);
    BOOST_REQUIRE_EQUAL(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
}

Program::Program(Program&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}

Program::~Program() {
    if (pid_ == 0)
        return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void Program::kill_now() {
    BOOST_REQUIRE_EQUAL(kill(pid_, SIGKILL), 0);
    wait();
}

int Program::wait() {
    int status = -1;
    wait_until("the end of the program", [&] { return waitpid(pid_, &status, WNOHANG) == pid_; });
    pid_ = 0;
    return status;
}

void wait_until(const std::string& what, const std::function<bool()>& ready) {
    for (int waited = 0; !ready(); waited += 10) {
        BOOST_REQUIRE_MESSAGE(waited < kBound, "waited in vain for " + what);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

// Zombies of others' are not alive.
bool alive(pid_t pid) {
    const Fd file(open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
    char text[512] = {};
    if (!file || read(file.get(), text, sizeof text - 1) <= 0)
        return false;
    const char* state = strrchr(text, ')');
    return state != nullptr && state[2] != 'Z' && state[2] != 'X';
}

std::optional<Received> receive(const Fd& socket) {
    std::string buffer;
    auto packet = protocol::receive_packet(socket.get(), kBound, buffer);
    if (packet && packet->id == protocol::Id::hello) // berthd's first to a mux
        packet = protocol::receive_packet(socket.get(), kBound, buffer);
    if (!packet) {
        BOOST_REQUIRE_MESSAGE(packet.error().code == EPIPE || packet.error().code == ECONNRESET,
                              packet.error().text());
        return std::nullopt;
    }
    return Received{packet->id, std::string(packet->bytes), std::move(packet->descriptors)};
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::trunc);
    file << text;
    BOOST_REQUIRE(file.flush());
}

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_until(const Fd& master, const std::string& text) {
    std::string all;
    char bytes[4096];
    while (all.find(text) == std::string::npos) {
        pollfd wait{master.get(), POLLIN, 0};
        BOOST_REQUIRE_MESSAGE(poll(&wait, 1, kBound) == 1, "no \"" + text + "\" in: " + all);
        const ssize_t size = read(master.get(), bytes, sizeof bytes);
        if (size < 0 && errno == EAGAIN)
            continue;
        BOOST_REQUIRE_MESSAGE(size > 0, "no \"" + text + "\" in: " + all);
        all.append(bytes, static_cast<std::size_t>(size));
    }
    return all;
}

std::pair<Fd, Fd> pair() {
    auto ends = socket_pair();
    BOOST_REQUIRE(ends.has_value());
    return std::move(*ends);
}

namespace {

// Keepers outlive their berthd by design; orphans become the test's own (PR_SET_CHILD_SUBREAPER),
// so that it can end them.
void end_orphans() {
    const std::string self = std::to_string(getpid());
    for (;;) {
        std::ifstream children("/proc/self/task/" + self + "/children");
        pid_t pid = 0;
        if (!(children >> pid))
            return;
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
}

} // namespace

Berthd::Berthd(Mode mode) : mode_(mode), socket_(folder_.path("socket")) {
    namespace fs = std::filesystem;
    const std::string folder = folder_.path("libexec");
    fs::create_directory(folder);
    fs::copy_file(BERTH_BERTHD, folder + "/berthd");
    fs::copy_file(BERTH_KEEPER, folder + "/berth-keeper");
    fs::copy_file(BERTH_STUB_MUX, folder + "/berth-mux"); // finds us by its own place
    fs::create_directory(folder_.path("config"));
    // Other accounts execute these programs and reach these sockets.
    for (const std::string& open : {folder_.path(""), folder})
        BOOST_REQUIRE_EQUAL(chmod(open.c_str(), 0755), 0);
    auto muxes = listen_at(folder_.path("muxes"), 0666);
    BOOST_REQUIRE(muxes.has_value());
    muxes_ = std::move(*muxes);
    BOOST_REQUIRE_EQUAL(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    setenv("BERTH_LOG", folder_.path("log").c_str(), 1);
    start();
}

Berthd::~Berthd() {
    program_.reset();
    end_orphans();
}

void Berthd::start() {
    program_.reset();
    std::vector<std::string> words{folder_.path("libexec/berthd"), "--config",
                                   folder_.path("config")};
    if (mode_ == Mode::alone)
        words.insert(words.end(), {"--private", socket_});
    else
        words.insert(words.end(),
                     {"--socket", socket_, "--launcher", mode_ == Mode::units ? "units" : "fork"});
    // A machine's berthd logs to its standard error, as a unit does.
    const Fd log(
        open(folder_.path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    program_.emplace(std::move(words), -1, log.get());
}

Fd Berthd::connect() const {
    Fd result;
    wait_until("berthd", [&] {
        auto socket = connect_to(socket_);
        if (socket)
            result = std::move(*socket);
        return socket.has_value();
    });
    return result;
}

Fd Berthd::client(bool start) const {
    Fd socket = connect();
    protocol::Open open;
    open.start = start ? 1 : 0;
    send(socket, open);
    return socket;
}

std::pair<std::string, int> Berthd::ask(protocol::Texts words) const {
    const Fd socket = connect();
    protocol::Open open;
    open.purpose = protocol::Purpose::admin;
    open.words = std::move(words);
    send(socket, open);
    std::string text;
    for (;;) {
        const auto reply = expect<protocol::Reply>(socket);
        text += reply.text;
        if (reply.last != 0)
            return {text, reply.status};
    }
}

void Berthd::write_policy(const std::string& text) const {
    write_file(folder_.path("config/berth.conf"), text);
}

std::string Berthd::log() const {
    return read_file(folder_.path("log"));
}

bool Berthd::mux_is_started(int within_ms) {
    pollfd wait{muxes_.get(), POLLIN, 0};
    return poll(&wait, 1, within_ms) == 1;
}

Berthd::Mux Berthd::mux() {
    BOOST_REQUIRE_MESSAGE(mux_is_started(kBound), "no mux was started");
    auto process = accept_from(muxes_.get());
    BOOST_REQUIRE(process.has_value());
    Mux result;
    const auto peer = peer_of(process->get());
    BOOST_REQUIRE(peer.has_value());
    result.pid = peer->pid;
    result.process = std::move(*process);
    std::vector<Fd> descriptors;
    auto hello = receive(result.process);
    BOOST_REQUIRE(hello && hello->descriptors.size() == 1);
    result.channel = std::move(hello->descriptors[0]);
    return result;
}

} // namespace berth::test
