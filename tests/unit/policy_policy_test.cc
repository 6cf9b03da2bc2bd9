// Policies as files: each folder of tests/cases/policy holds a berth.conf (and drop-ins), and what
// must come of it: `problems`, or `show` (an account, then each value that is not the default), and
// `sshd` (the drop-in for sshd).
#include "policy/policy.h"
#include "policy/text.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace berth::policy;
namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    BOOST_REQUIRE_MESSAGE(in, "open " << path);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(BERTH_CASES "/policy"))
        names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
}

std::string without(std::string text, const std::string& prefix) {
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
        text.erase(at, prefix.size());
    return text;
}

std::string lines_that_are_set(const std::string& show) {
    std::istringstream in(show);
    std::string out;
    for (std::string line; std::getline(in, line);)
        if (!line.ends_with("# default"))
            out += line + "\n";
    return out;
}

// "user NAME GROUP GROUP", or with a comma between groups that have blanks.
Settings settings_for(const Policy& policy, std::string account) {
    account.erase(0, 5);
    const char separator = account.find(',') == std::string::npos ? ' ' : ',';
    std::istringstream in(account);
    std::string user;
    std::getline(in, user, separator);
    std::vector<std::string> groups;
    for (std::string group; std::getline(in, group, separator);)
        groups.push_back(group);
    return policy.effective(user, groups);
}

std::string problems_text(std::span<const Problem> problems) {
    std::string out;
    for (const Problem& problem : problems)
        out += problem.text() + "\n";
    return out;
}

struct TemporaryFolder {
    TemporaryFolder() {
        BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~TemporaryFolder() { fs::remove_all(path); }
    std::string name = "/tmp/berth-policy-test-XXXXXX";
    fs::path path;
};

} // namespace

BOOST_AUTO_TEST_SUITE(policy_policy)

BOOST_DATA_TEST_CASE(case_folder, boost::unit_test::data::make(case_names()), name) {
    const fs::path folder = fs::path(BERTH_CASES) / "policy" / name;
    const std::string prefix = folder.string() + "/";
    const auto policy = Policy::load({prefix + "berth.conf", prefix + "berth.conf.d"});
    if (fs::exists(folder / "problems")) {
        BOOST_REQUIRE(!policy);
        BOOST_TEST(without(problems_text(policy.error()), prefix) ==
                   read_file(folder / "problems"));
        return;
    }
    BOOST_REQUIRE_MESSAGE(policy.has_value(),
                          problems_text(policy ? std::vector<Problem>{} : policy.error()));
    BOOST_REQUIRE(fs::exists(folder / "show") || fs::exists(folder / "sshd"));
    if (fs::exists(folder / "show")) {
        const std::string expected = read_file(folder / "show");
        const std::size_t line = expected.find('\n');
        const Settings settings = settings_for(*policy, expected.substr(0, line));
        BOOST_TEST(without(lines_that_are_set(show_text(settings)), prefix) ==
                   expected.substr(line + 1));
    }
    if (fs::exists(folder / "sshd")) {
        const auto text = sshd_drop_in(*policy);
        const std::string got = text ? *text : without(text.error().text(), prefix) + "\n";
        BOOST_TEST(got == read_file(folder / "sshd"));
    }
}

BOOST_AUTO_TEST_CASE(the_defaults_are_those_of_the_table) {
    const Settings settings = Policy().effective("root", {});
    BOOST_TEST((settings.hook() == Hook::shell));
    BOOST_TEST((settings.force_exec() == ForceExec::allow));
    BOOST_TEST((settings.on_login() == OnLogin::resume));
    BOOST_TEST(settings.replay_lines() == 2000u);
    BOOST_TEST(settings.history_limit() == 50000u);
    BOOST_TEST(settings.origin(OptionId::hook).text() == "default");
}

BOOST_AUTO_TEST_CASE(every_word_reads_back_as_itself) {
    for (const Option& row : options())
        for (std::size_t i = 0; i < row.words.size(); ++i) {
            BOOST_TEST((parse_value(row, row.words[i].name) == static_cast<Value>(i)));
            BOOST_TEST(value_text(row, static_cast<Value>(i)) == row.words[i].name);
        }
}

BOOST_AUTO_TEST_CASE(problems_are_bounded) {
    std::string text = "[login]\n";
    for (int i = 0; i < 1000; ++i)
        text += "nothing = x\n";
    const auto policy = Policy::parse(std::vector<Source>{{"f", text}});
    BOOST_REQUIRE(!policy);
    BOOST_TEST(policy.error().size() == kMaxProblems);
}

BOOST_AUTO_TEST_CASE(a_file_too_large_is_refused) {
    TemporaryFolder folder;
    std::ofstream(folder.path / "berth.conf") << std::string(kMaxFileBytes + 1, '\n');
    const auto policy = Policy::load({folder.path / "berth.conf", folder.path / "none"});
    BOOST_REQUIRE(!policy);
    BOOST_TEST(policy.error().front().text().find("more than 262144 bytes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(files_too_large_together_are_refused) {
    const std::vector<Source> sources(5, Source{"f", std::string(kMaxFileBytes - 1, '\n')});
    BOOST_TEST(!Policy::parse(sources));
    BOOST_TEST(!!Policy::parse(std::span(sources).subspan(1)));
}

BOOST_AUTO_TEST_CASE(a_fifo_is_refused_and_does_not_block) {
    TemporaryFolder folder;
    BOOST_REQUIRE(mkfifo((folder.path / "berth.conf").c_str(), 0600) == 0);
    const auto policy = Policy::load({folder.path / "berth.conf", folder.path / "none"});
    BOOST_REQUIRE(!policy);
    BOOST_TEST(policy.error().front().allowed == "not a regular file");
}

BOOST_AUTO_TEST_CASE(too_many_drop_ins_are_refused) {
    TemporaryFolder folder;
    for (std::size_t i = 0; i < kMaxFiles; ++i)
        std::ofstream(folder.path / (std::to_string(i) + ".conf")) << "\n";
    std::ofstream(folder.path / "not-read.conf.dpkg-old") << "rubbish\n";
    const auto policy = Policy::load({folder.path / "none", folder.path});
    BOOST_REQUIRE(!policy);
    BOOST_TEST(policy.error().front().allowed == "more than 127 files");
}

BOOST_AUTO_TEST_SUITE_END()
