#include "accounts.h"

#include <cstdlib>
#include <iostream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::test {
namespace {

Folder& folder() {
    static Folder only;
    return only;
}

void make_accounts() {
    std::string passwd = read_file("/etc/passwd");
    std::string group = read_file("/etc/group");
    passwd += "alice:x:54321:54321::/tmp:/bin/sh\n";
    group += "staff-of-test:x:54400:alice\n";
    for (std::size_t i = 0; i < odd_names().size(); ++i)
        passwd += odd_names()[i] + ":x:" + std::to_string(kFirstOdd + i) + ":54321::/:/bin/sh\n";
    cover("/etc/passwd", passwd);
    cover("/etc/group", group);
}

void make_pam() {
    BOOST_REQUIRE_EQUAL(mount("tmpfs", "/etc/pam.d", "tmpfs", 0, "mode=755"), 0);
    write_file(folder().path("hook"), "#!/bin/sh\necho \"$PAM_TYPE $PAM_USER $(id -u)\" >> " +
                                          folder().path("hooks") + "\n");
    BOOST_REQUIRE_EQUAL(chmod(folder().path("hook").c_str(), 0755), 0);
    write_file(folder().path("environment"), "BERTH_TEST_PAM=from_pam\n");
    write_file("/etc/pam.d/berth", "auth required pam_permit.so\naccount required pam_permit.so\n"
                                   "session required pam_env.so envfile=" +
                                       folder().path("environment") +
                                       "\nsession required pam_exec.so " + folder().path("hook") +
                                       "\n");
}

} // namespace

const std::vector<std::string>& odd_names() {
    static const std::vector<std::string> names = {"first.last", "user@domain", "DOMAIN\\user",
                                                   "1234", std::string(200, 'x')};
    return names;
}

std::string pam_hooks() {
    return read_file(folder().path("hooks"));
}

void cover(const std::string& path, const std::string& text, mode_t mode) {
    static int count = 0;
    const std::string file = folder().path("cover" + std::to_string(++count));
    write_file(file, text);
    BOOST_REQUIRE_EQUAL(chmod(file.c_str(), mode), 0);
    BOOST_REQUIRE_EQUAL(mount(file.c_str(), path.c_str(), nullptr, MS_BIND, nullptr), 0);
}

void uncover(const std::string& path) {
    BOOST_REQUIRE_EQUAL(umount(path.c_str()), 0);
}

void enter_namespace() {
    if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0) {
        std::cout << "skipped: root and mount namespaces are needed\n" << std::flush;
        std::_Exit(77);
    }
    BOOST_REQUIRE_EQUAL(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    BOOST_REQUIRE_EQUAL(chmod(folder().path("").c_str(), 0755), 0);
    make_accounts();
    make_pam();
}

Fd connect_as(const Berthd& berthd, uid_t uid, const protocol::Open& open) {
    BOOST_REQUIRE_EQUAL(seteuid(uid), 0);
    Fd socket = berthd.connect();
    BOOST_REQUIRE_EQUAL(seteuid(0), 0);
    send(socket, open);
    return socket;
}

protocol::Open start_for(const std::string& user) {
    protocol::Open open;
    open.user = user;
    open.start = 1;
    return open;
}

Fd take_link(const Fd& channel) {
    std::vector<Fd> link;
    expect<protocol::KeeperLink>(channel, &link);
    BOOST_REQUIRE_EQUAL(link.size(), 1U);
    return std::move(link[0]);
}

} // namespace berth::test
