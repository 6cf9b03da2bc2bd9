#include "base/socket.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(base_socket)

namespace {

struct Folder {
    std::filesystem::path path;
    Folder() {
        std::string name = "/tmp/berth-socket-XXXXXX";
        path = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string operator/(const char* name) const { return (path / name).string(); }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_socket_that_nobody_listens_on_is_replaced) {
    const Folder folder;
    const std::string path = folder / "socket";
    BOOST_REQUIRE(berth::listen_at(path, 0600)); // and closed at once
    const auto again = berth::listen_at(path, 0600);
    BOOST_REQUIRE(again);
    BOOST_TEST(berth::connect_to(path).has_value());
    const auto third = berth::listen_at(path, 0600);
    BOOST_REQUIRE(!third);
    BOOST_TEST(third.error().code == EADDRINUSE);
}

BOOST_AUTO_TEST_CASE(a_file_in_its_place_is_kept) {
    const Folder folder;
    const std::string path = folder / "file";
    std::ofstream(path) << "precious";
    const auto listener = berth::listen_at(path, 0600);
    BOOST_REQUIRE(!listener);
    BOOST_TEST(listener.error().code == ENOTSOCK);
    BOOST_TEST(std::filesystem::file_size(path) == 8U);
}

BOOST_AUTO_TEST_CASE(a_busy_server_keeps_its_socket) {
    const Folder folder;
    const std::string path = folder / "socket";
    const auto listener = berth::listen_at(path, 0600);
    BOOST_REQUIRE(listener);
    std::array<berth::Fd, 300> waiting; // more than its queue takes: EAGAIN from then on
    int refused = 0;
    for (berth::Fd& each : waiting) {
        auto connection = berth::connect_to(path);
        refused = connection ? 0 : connection.error().code;
        if (!connection)
            break;
        each = std::move(*connection);
    }
    BOOST_TEST(refused == EAGAIN);
    const auto other = berth::listen_at(path, 0600);
    BOOST_REQUIRE(!other);
    BOOST_TEST(other.error().code == EADDRINUSE);
}

BOOST_AUTO_TEST_SUITE_END()
