// Tokens, digests and records of the NSS and PAM modules: what is found, and everything that must
// not be.
#include "common/sha256.h"
#include "common/token.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace berth::modules;
namespace fs = std::filesystem;

namespace {

std::string digest(const std::string& text) {
    char out[kDigestHex + 1];
    sha256_hex(text.data(), text.size(), out);
    return out;
}

const std::string kToken = "ro-abcdefghijklmnopqrstuvwx";

struct Folder {
    Folder() {
        std::string name = "/tmp/berth-token-test-XXXXXX";
        BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    void put(const std::string& name, const std::string& record) {
        std::ofstream(path / name) << record;
        fs::permissions(path / name, fs::perms(0600));
    }
    Found find(const std::string& name) { return find_guest(path.c_str(), name.c_str(), guest); }
    fs::path path;
    Guest guest{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(modules_token)

// FIPS 180-4's examples, and lengths around the padding's edges against coreutils' sha256sum.
BOOST_AUTO_TEST_CASE(digests) {
    BOOST_TEST(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    BOOST_TEST(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    BOOST_TEST(digest(std::string(55, 'a')) ==
               "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    BOOST_TEST(digest(std::string(64, 'a')) ==
               "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    BOOST_TEST(digest(std::string(1000, 'a')) ==
               "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

BOOST_AUTO_TEST_CASE(what_a_token_looks_like) {
    BOOST_TEST(is_token(kToken.c_str()));
    BOOST_TEST(is_token("rw-234567abcdefghijklmnopqr"));
    BOOST_TEST(is_token(("ro-" + std::string(64, 'a')).c_str()));
    const std::string wrong[] = {"",
                                 "r",
                                 "ro",
                                 "ro-",
                                 "root",
                                 "rx-abcdefghijklmnopqrstuvwx",
                                 "ro-abcdefghijklmnopqrstuvw",
                                 "ro-abcdefghijklmnopqrstuvw1",
                                 "ro-Abcdefghijklmnopqrstuvwx",
                                 "ro-../../../../../etc/passwd",
                                 "ro-" + std::string(65, 'a'),
                                 "ro-" + std::string(100000, 'a')};
    for (const std::string& name : wrong)
        BOOST_TEST(!is_token(name.c_str()), name.substr(0, 80));
}

BOOST_AUTO_TEST_CASE(what_a_share_name_looks_like) {
    BOOST_TEST(is_share_name("berth-s1"));
    BOOST_TEST(is_share_name("berth-s4000000000"));
    for (const char* name : {"berth-s", "berth-s0", "berth-s01", "berth-s1x", "berth-s/etc",
                             "berth-s99999999999", "berth-t1", "berth"})
        BOOST_TEST(!is_share_name(name), name);
}

BOOST_AUTO_TEST_CASE(a_record_is_found_by_its_token_and_its_public_name) {
    Folder folder;
    folder.put(digest(kToken), "berth-s7 990 991 open\n");
    folder.put("berth-s7", "berth-s7 990 991 open\n");
    for (const std::string& name : {kToken, std::string("berth-s7")}) {
        folder.guest = {};
        BOOST_TEST((folder.find(name) == Found::yes));
        BOOST_TEST(std::string(folder.guest.name) == "berth-s7");
        BOOST_TEST(folder.guest.uid == 990u);
        BOOST_TEST(folder.guest.gid == 991u);
        BOOST_TEST(!folder.guest.keys);
    }
    folder.put("berth-s7", "berth-s7 990 991 keys\n");
    BOOST_TEST((folder.find("berth-s7") == Found::yes));
    BOOST_TEST(folder.guest.keys);
}

BOOST_AUTO_TEST_CASE(a_record_is_found_by_its_account_s_number) {
    Folder folder;
    folder.put("uid-60708", "berth-s2 60708 65534 open\n");
    folder.put("uid-60709", "berth-s2 60708 65534 open\n");
    folder.put("uid-1000", "berth-s2 1000 65534 open\n");
    BOOST_TEST((find_guest(folder.path.c_str(), 60708, folder.guest) == Found::yes));
    BOOST_TEST(std::string(folder.guest.name) == "berth-s2");
    for (const uid_t uid : {60709U, 60710U, 1000U, 0U})
        BOOST_TEST((find_guest(folder.path.c_str(), uid, folder.guest) == Found::no));
}

BOOST_AUTO_TEST_CASE(anything_else_is_not_found) {
    Folder folder;
    BOOST_TEST((folder.find(kToken) == Found::no));
    BOOST_TEST((folder.find("alice") == Found::no));
    for (const char* record : {"",
                               "\n",
                               "berth-s7",
                               "berth-s7 990 991 open",
                               "berth-s7 990 open\n",
                               "berth-s7 990 991\n",
                               "berth-s7 990 991 opem\n",
                               "berth-s7 990 991 opens\n",
                               "berth-s7 990 991 Keys\n",
                               "berth-s7 0 991 open\n",
                               "berth-s7 990 0 open\n",
                               "root 0 0 open\n",
                               "alice 1000 1000 open\n",
                               "berth-s7 990 991 992 open\n",
                               "berth-s7 990 991 open\nberth-s8 990 991 open\n",
                               "berth-s7 -1 991 open\n",
                               "berth-s7 990 4294967295 open\n",
                               "berth-s7  990 991 open\n",
                               " berth-s7 990 991 open\n",
                               "berth-s7 990 991 \n"}) {
        folder.put(digest(kToken), record);
        BOOST_TEST((folder.find(kToken) == Found::no), record);
    }
    folder.put(digest(kToken), std::string("berth-s7 990 991 open\0\n", 23));
    BOOST_TEST((folder.find(kToken) == Found::no));
    folder.put(digest(kToken), "berth-s7 990 991 open\n" + std::string(200, '\n'));
    BOOST_TEST((folder.find(kToken) == Found::no));
    folder.put("berth-s8", "berth-s7 990 991 open\n");
    BOOST_TEST((folder.find("berth-s8") == Found::no));
}

BOOST_AUTO_TEST_CASE(a_record_that_others_may_write_or_that_is_no_file_is_not_believed) {
    Folder folder;
    const std::string name = digest(kToken);
    folder.put(name, "berth-s7 990 991 open\n");
    fs::permissions(folder.path / name, fs::perms(0622));
    BOOST_TEST((folder.find(kToken) == Found::no));
    fs::permissions(folder.path / name, fs::perms(0600));
    BOOST_TEST((folder.find(kToken) == Found::yes));
    fs::rename(folder.path / name, folder.path / "elsewhere");
    fs::create_symlink(folder.path / "elsewhere", folder.path / name);
    BOOST_TEST((folder.find(kToken) == Found::no));
    fs::remove(folder.path / name);
    fs::create_directory(folder.path / name);
    BOOST_TEST((folder.find(kToken) == Found::no));
}

BOOST_AUTO_TEST_SUITE_END()
