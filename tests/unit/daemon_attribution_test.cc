// The file of what guests typed: its lines, whose it must be, and its bound.
#include "attribution.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace berth::daemon;

namespace {

const Batch kBatch{1'700'000'000, "alice", 3, 12, "bob", "192.0.2.2", 4, 17};

struct Folder {
    Folder() {
        std::string name = "/tmp/berth-attribution-XXXXXX";
        BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
        top = name;
        path = top / "log";
        file = path / "attribution.log";
    }
    ~Folder() { fs::remove_all(top); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] int write() const {
        const auto written = write_attribution(path, kBatch);
        return written ? 0 : written.error().code;
    }
    fs::path top, path, file;
};

std::string contents(const fs::path& path) {
    std::ifstream in(path);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

mode_t mode_of(const fs::path& path) {
    struct stat info{};
    BOOST_REQUIRE(stat(path.c_str(), &info) == 0);
    return info.st_mode & 0777;
}

} // namespace

BOOST_AUTO_TEST_SUITE(daemon_attribution)

BOOST_AUTO_TEST_CASE(a_line_says_who_when_and_where) {
    BOOST_TEST(attribution_line(kBatch) ==
               "2023-11-14T22:13:20Z owner=alice share=3 guest=12 name=bob from=192.0.2.2 pane=%4 "
               "bytes=17\n");
}

BOOST_AUTO_TEST_CASE(a_name_cannot_make_a_line_or_a_field) {
    Batch batch = kBatch;
    batch.name = "x\nowner=root share=1";
    batch.address = "";
    const std::string line = attribution_line(batch);
    BOOST_TEST(line.find('\n') == line.size() - 1);
    BOOST_TEST(line.find(" name=x?owner=root?share=1 from=- ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_are_appended_to_a_file_of_root_s_alone) {
    umask(0);
    Folder folder;
    BOOST_TEST(folder.write() == 0);
    BOOST_TEST(folder.write() == 0);
    BOOST_TEST(contents(folder.file) == attribution_line(kBatch) + attribution_line(kBatch));
    BOOST_TEST(mode_of(folder.file) == 0600U);
    BOOST_TEST(mode_of(folder.path) == 0700U);
    fs::rename(folder.file, folder.path / "attribution.log.1");
    BOOST_TEST(folder.write() == 0);
    BOOST_TEST(contents(folder.file) == attribution_line(kBatch));
}

BOOST_AUTO_TEST_CASE(a_file_that_others_may_read_is_not_written) {
    Folder folder;
    BOOST_TEST(folder.write() == 0);
    BOOST_TEST(chmod(folder.file.c_str(), 0640) == 0);
    BOOST_TEST(folder.write() == EPERM);
    fs::remove(folder.file);
    fs::create_symlink("elsewhere", folder.file);
    BOOST_TEST(folder.write() == ELOOP);
    fs::remove(folder.file);
    BOOST_TEST(mkfifo(folder.file.c_str(), 0600) == 0);
    BOOST_TEST(folder.write() != 0);
}

BOOST_AUTO_TEST_CASE(a_full_file_stays_as_it_is) {
    Folder folder;
    BOOST_TEST(folder.write() == 0);
    BOOST_TEST(truncate(folder.file.c_str(), static_cast<off_t>(kMaxAttribution)) == 0);
    BOOST_TEST(folder.write() == EFBIG);
    BOOST_TEST(fs::file_size(folder.file) == kMaxAttribution);
}

BOOST_AUTO_TEST_SUITE_END()
