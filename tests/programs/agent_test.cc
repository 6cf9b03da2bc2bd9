// The keeper's stable agent socket: relayed to the first agent that can be reached.
#include "bench.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

using namespace berth;
using namespace berth::test;
using namespace berth::protocol;

BOOST_AUTO_TEST_SUITE(programs_agent)

namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

Fd agent_at(const std::string& path) {
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = address_of(path);
    BOOST_REQUIRE_EQUAL(
        bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    BOOST_REQUIRE_EQUAL(listen(socket.get(), 100), 0);
    return socket;
}

Fd dial(const std::string& path) {
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = address_of(path);
    BOOST_REQUIRE_EQUAL(
        connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return socket;
}

Fd accept_within(const Fd& listener) {
    pollfd wait{listener.get(), POLLIN, 0};
    BOOST_REQUIRE_EQUAL(poll(&wait, 1, kBound), 1);
    return Fd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

// Up to so many bytes; fewer at the end of the stream.
std::string take(const Fd& socket, std::size_t size) {
    std::string all;
    while (all.size() < size) {
        pollfd wait{socket.get(), POLLIN, 0};
        BOOST_REQUIRE_EQUAL(poll(&wait, 1, kBound), 1);
        char bytes[4096];
        const ssize_t got = recv(socket.get(), bytes, std::min(sizeof bytes, size - all.size()), 0);
        if (got <= 0)
            break;
        all.append(bytes, static_cast<std::size_t>(got));
    }
    return all;
}

bool say(const Fd& socket, const std::string& text) {
    return ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
}

struct Keeper {
    Folder folder;
    std::pair<Fd, Fd> channel = pair();
    Program program{{BERTH_KEEPER, "--fd", "3", "--socket", folder.path("socket"), "--agent",
                     folder.path("stable")},
                    channel.second.get()};
    Fd mux;

    Keeper() {
        auto ends = pair();
        send(channel.first, KeeperLink{}, {ends.second.get()});
        mux = std::move(ends.first);
        expect<Ready>(mux);
        expect<HeldEnd>(mux);
    }
    void use(Texts agents) {
        send(mux, Agent{std::move(agents)});
        send(mux, Query{1}); // once this is answered, the list has arrived
        expect<Info>(mux);
    }
    [[nodiscard]] Fd client() const { return dial(folder.path("stable")); }
};

} // namespace

BOOST_AUTO_TEST_CASE(it_is_the_users_alone) {
    const Keeper keeper;
    struct stat status {};
    BOOST_REQUIRE_EQUAL(stat(keeper.folder.path("stable").c_str(), &status), 0);
    BOOST_TEST((status.st_mode & 07777) == 0600U);
}

BOOST_AUTO_TEST_CASE(without_an_agent_the_answer_is_a_failure) {
    Keeper keeper;
    const std::string failure("\0\0\0\1\5", 5);
    BOOST_TEST((take(keeper.client(), 100) == failure)); // and the end
    keeper.use({keeper.folder.path("nobody"), "relative", std::string(200, 'x')});
    const Fd client = keeper.client();
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(say(client, "question")); // it is not closed before who asks closes it
    BOOST_TEST((take(client, 100) == failure));
    BOOST_TEST(say(client, "another"));
    for (int i = 0; i < 200; ++i) // each is forgotten when its peer goes
        BOOST_TEST((take(keeper.client(), 100) == failure));
}

BOOST_AUTO_TEST_CASE(the_first_agent_that_can_be_reached_answers) {
    Keeper keeper;
    { const Fd dead = agent_at(keeper.folder.path("dead")); } // its socket file stays
    const Fd second = agent_at(keeper.folder.path("second"));
    const Fd third = agent_at(keeper.folder.path("third"));
    // Its own socket is among them when a client comes from within a pane.
    keeper.use({keeper.folder.path("stable"), keeper.folder.path("dead"),
                keeper.folder.path("second"), keeper.folder.path("third")});
    const Fd client = keeper.client();
    const Fd agent = accept_within(second);
    BOOST_REQUIRE(say(client, "question"));
    BOOST_TEST(take(agent, 8) == "question");
    BOOST_REQUIRE(say(agent, "answer"));
    BOOST_TEST(take(client, 6) == "answer");
    keeper.use({keeper.folder.path("third")}); // connections that are there stay where they are
    BOOST_REQUIRE(say(client, "again"));
    BOOST_TEST(take(agent, 5) == "again");
    const Fd later = keeper.client();
    BOOST_REQUIRE(say(later, "x"));
    BOOST_TEST(take(accept_within(third), 1) == "x");
}

BOOST_AUTO_TEST_CASE(the_end_of_either_side_reaches_the_other) {
    Keeper keeper;
    const Fd listener = agent_at(keeper.folder.path("agent"));
    keeper.use({keeper.folder.path("agent")});
    Fd client = keeper.client();
    Fd agent = accept_within(listener);
    BOOST_REQUIRE(say(client, "last words"));
    BOOST_REQUIRE_EQUAL(shutdown(client.get(), SHUT_WR), 0);
    BOOST_TEST(take(agent, 100) == "last words"); // and the end
    BOOST_REQUIRE(say(agent, "farewell"));
    agent.reset();
    BOOST_TEST(take(client, 100) == "farewell");
    client = keeper.client();
    agent = accept_within(listener);
    client.reset();
    BOOST_TEST(take(agent, 1).empty());
}

BOOST_AUTO_TEST_CASE(an_agent_that_does_not_read_holds_nobody_up) {
    Keeper keeper;
    const Fd listener = agent_at(keeper.folder.path("agent"));
    keeper.use({keeper.folder.path("agent")});
    const Fd client = keeper.client();
    const Fd stuck = accept_within(listener);
    const std::string much(16 * 1024 * 1024, 'x');
    std::size_t sent = 0;
    for (;;) { // until nothing more fits between the two
        pollfd wait{client.get(), POLLOUT, 0};
        if (poll(&wait, 1, 500) == 0)
            break;
        const ssize_t size = ::send(client.get(), much.data() + sent, much.size() - sent,
                                    MSG_DONTWAIT | MSG_NOSIGNAL);
        BOOST_REQUIRE(size > 0 || errno == EAGAIN);
        sent += static_cast<std::size_t>(std::max<ssize_t>(size, 0));
        BOOST_REQUIRE(sent < much.size()); // it is bounded
    }
    const Fd other = keeper.client();
    const Fd agent = accept_within(listener);
    BOOST_REQUIRE(say(other, "hello"));
    BOOST_TEST(take(agent, 5) == "hello");
    BOOST_TEST(take(stuck, sent).size() == sent); // nothing is lost either
}

BOOST_AUTO_TEST_CASE(connections_beyond_the_limit_are_closed) {
    Keeper keeper;
    const Fd listener = agent_at(keeper.folder.path("agent"));
    keeper.use({keeper.folder.path("agent")});
    std::vector<Fd> clients;
    std::vector<Fd> agents;
    for (int i = 0; i < 64; ++i) {
        clients.push_back(keeper.client());
        agents.push_back(accept_within(listener));
    }
    BOOST_TEST(take(keeper.client(), 1).empty());
    clients.pop_back();
    BOOST_TEST(take(agents.back(), 1).empty());
    const Fd again = keeper.client();
    BOOST_REQUIRE(say(again, "x"));
    BOOST_TEST(take(accept_within(listener), 1) == "x");
}

BOOST_AUTO_TEST_SUITE_END()
