// pam_berth.so and libnss_berth.so.2 as they are installed: loaded, and called as libpam and libc
// call them.
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <nss.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <string>
#include <unistd.h>

namespace fs = std::filesystem;

namespace {

int no_conversation(int, const pam_message**, pam_response**, void*) {
    return PAM_CONV_ERR;
}

// A PAM session of `service` whose stack is pam_berth.so and then pam_permit.so.
class Session {
  public:
    Session(const std::string& service, const std::string& user) {
        std::string name = "/tmp/berth-pam-test-XXXXXX";
        BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
        folder_ = name;
        std::ofstream(folder_ / service)
            << "session [success=done default=ignore] " BERTH_PAM_MODULE "\n"
            << "auth [success=done auth_err=die default=ignore] " BERTH_PAM_MODULE "\n"
            << "auth required pam_permit.so\n"
            << "account [success=done acct_expired=die default=ignore] " BERTH_PAM_MODULE "\n"
            << "account required pam_permit.so\n"
            << "session required pam_env.so readenv=0 conffile=" << (folder_ / "env").string()
            << "\n";
        std::ofstream(folder_ / "env") << "AFTER DEFAULT=yes\n";
        BOOST_REQUIRE(pam_start_confdir(service.c_str(), user.c_str(), &conversation_,
                                        folder_.c_str(), &pamh_) == PAM_SUCCESS);
    }
    ~Session() {
        pam_end(pamh_, PAM_SUCCESS);
        fs::remove_all(folder_);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    int open() { return pam_open_session(pamh_, 0); }
    int authenticate(int flags = 0) { return pam_authenticate(pamh_, flags); }
    int account() { return pam_acct_mgmt(pamh_, 0); }
    int close() { return pam_close_session(pamh_, 0); }
    std::string variable(const char* name) {
        const char* value = pam_getenv(pamh_, name);
        return value == nullptr ? "(unset)" : value;
    }

  private:
    fs::path folder_;
    pam_conv conversation_{no_conversation, nullptr};
    pam_handle_t* pamh_ = nullptr;
};

} // namespace

BOOST_AUTO_TEST_SUITE(modules_pam)

BOOST_AUTO_TEST_CASE(a_session_of_sshd_gets_the_cookie_and_the_stack_goes_on) {
    Session session("sshd", "root");
    BOOST_TEST(session.open() == PAM_SUCCESS);
    BOOST_TEST(session.variable("BERTH_LOGIN") == std::to_string(getpid()));
    BOOST_TEST(session.variable("AFTER") == "yes"); // PAM_IGNORE: not the end of the stack
    BOOST_TEST(session.variable("ZDOTDIR") == "(unset)");
    BOOST_TEST(session.close() == PAM_SUCCESS);
}

BOOST_AUTO_TEST_CASE(a_session_of_anything_else_gets_nothing) {
    for (const char* service : {"login", "sshd2", "ssh", "su"}) {
        Session session(service, "root");
        BOOST_TEST(session.open() == PAM_SUCCESS);
        BOOST_TEST(session.variable("BERTH_LOGIN") == "(unset)");
        BOOST_TEST(session.variable("AFTER") == "yes");
    }
}

BOOST_AUTO_TEST_CASE(an_account_that_does_not_exist_is_no_reason_to_fail) {
    Session session("sshd", "nobody-of-that-name");
    BOOST_TEST(session.open() == PAM_SUCCESS);
    BOOST_TEST(session.variable("BERTH_LOGIN") == std::to_string(getpid()));
}

BOOST_AUTO_TEST_CASE(ordinary_names_are_left_to_the_modules_after_it) {
    const std::string long_name(10000, 'a');
    for (const std::string& user :
         {std::string("root"), std::string("alice"), std::string("ro-"), std::string("berth-s"),
          std::string("rw-ABCDEFGHIJKLMNOPQRSTUVWXYZ"), std::string("berth-s01"), long_name}) {
        Session session("sshd", user);
        BOOST_TEST(session.authenticate() == PAM_SUCCESS, user.substr(0, 40));
        BOOST_TEST(session.account() == PAM_SUCCESS, user.substr(0, 40));
        BOOST_TEST(session.open() == PAM_SUCCESS, user.substr(0, 40));
    }
}

BOOST_AUTO_TEST_CASE(guests_that_are_none_are_let_in_by_nobody) {
    for (const char* user :
         {"ro-aaaaaaaaaaaaaaaaaaaaaaaaaa", "rw-aaaaaaaaaaaaaaaaaaaaaaaaaa", "berth-s4000000000"}) {
        Session session("sshd", user);
        BOOST_TEST(session.authenticate() == PAM_AUTH_ERR, user);
        BOOST_TEST(session.authenticate(PAM_DISALLOW_NULL_AUTHTOK) == PAM_AUTH_ERR, user);
        BOOST_TEST(session.account() == PAM_ACCT_EXPIRED, user);
        Session other("login", user); // another service is none of its business
        BOOST_TEST(other.authenticate() == PAM_SUCCESS, user);
        BOOST_TEST(other.account() == PAM_SUCCESS, user);
    }
}

BOOST_AUTO_TEST_CASE(the_nss_module_knows_no_ordinary_name) {
    void* library = dlopen(BERTH_NSS_MODULE, RTLD_NOW | RTLD_LOCAL);
    BOOST_REQUIRE_MESSAGE(library != nullptr, dlerror());
    using Lookup = nss_status (*)(const char*, passwd*, char*, std::size_t, int*);
    const auto lookup = reinterpret_cast<Lookup>(dlsym(library, "_nss_berth_getpwnam_r"));
    BOOST_REQUIRE(lookup != nullptr);
    passwd entry{};
    char buffer[1024];
    for (const char* name : {"root", "", "ro-", "ro-abcdefghijklmnopqrstuvwx", "berth-s1"}) {
        int error = 0;
        BOOST_TEST(lookup(name, &entry, buffer, sizeof buffer, &error) == NSS_STATUS_NOTFOUND,
                   name);
        BOOST_TEST(error == ENOENT);
    }
    using ById = nss_status (*)(uid_t, passwd*, char*, std::size_t, int*);
    const auto by_id = reinterpret_cast<ById>(dlsym(library, "_nss_berth_getpwuid_r"));
    BOOST_REQUIRE(by_id != nullptr);
    for (const uid_t uid : {0U, 1000U, 60705U, 61184U, 4294967295U}) {
        int error = 0;
        BOOST_TEST(by_id(uid, &entry, buffer, sizeof buffer, &error) == NSS_STATUS_NOTFOUND);
        BOOST_TEST(error == ENOENT);
    }
    BOOST_TEST(dlsym(library, "_nss_berth_setpwent") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
