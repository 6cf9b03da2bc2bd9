// The files of a reboot on a disk that loses power: after every step, with what was being written
// cut at every byte, the old state or the new one is read, never none and never another.
#include "restore/store.h"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>

using namespace berth;
using namespace berth::restore;

BOOST_AUTO_TEST_SUITE(restore_store)

namespace {

// Stops, as power does, after so many steps; the step that it stops in leaves a part of its work.
class Disk final : public Folder {
  public:
    std::map<std::string, std::string> files;
    std::size_t steps = 1'000'000;
    std::size_t cut = 0; // bytes that the write leaves in which the power fails
    int full = 0;        // the errno value of every write, 0: they succeed
    std::size_t done = 0;

    Result<std::string> read(const std::string& name) override {
        const auto found = files.find(name);
        if (found == files.end())
            return fail(ENOENT, "open " + name);
        return found->second;
    }
    Result<void> write(const std::string& name, std::string_view bytes) override {
        if (full != 0) {
            files[name] = bytes.substr(0, bytes.size() / 2);
            return fail(full, "write " + name);
        }
        if (!step()) {
            if (done == steps) // it is this one
                files[name] = bytes.substr(0, cut);
            ++done;
            return fail(EIO, "power");
        }
        files[name] = bytes;
        return {};
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        if (!step())
            return fail(EIO, "power");
        const auto found = files.find(from);
        if (found == files.end())
            return fail(ENOENT, "rename " + from);
        files[to] = std::move(found->second);
        files.erase(from);
        return {};
    }
    Result<void> remove(const std::string& name) override {
        if (!step())
            return fail(EIO, "power");
        return files.erase(name) == 1 ? Result<void>() : fail(ENOENT, "unlink " + name);
    }
    Result<void> settle() override {
        if (!step())
            return fail(EIO, "power");
        return {};
    }

  private:
    bool step() {
        if (done >= steps)
            return false;
        ++done;
        return true;
    }
};

// A program that has just been started reads the files.
std::string loaded(Disk disk) {
    disk.steps = 1'000'000;
    auto contents = Store("s").load(disk);
    return contents ? *contents : "error " + std::to_string(contents.error().code);
}

constexpr const char* kFirst = "the first state";
constexpr const char* kSecond = "the second one, which is longer";
constexpr const char* kThird = "3";

} // namespace

BOOST_AUTO_TEST_CASE(the_checksum_is_the_one_that_is_written_down) {
    BOOST_TEST(checksum("123456789") == 0x995dc9bbdf1939faULL); // the check value of CRC-64/XZ
    BOOST_TEST(checksum("") == 0U);
}

BOOST_AUTO_TEST_CASE(a_frame_is_whole_or_it_is_none) {
    const std::string whole = frame(kFirst);
    BOOST_TEST((unframe(whole) == std::string_view(kFirst)));
    for (std::size_t size = 0; size < whole.size(); ++size)
        BOOST_TEST(!unframe(std::string_view(whole).substr(0, size)));
    BOOST_TEST(!unframe(whole + "x"));
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            std::string other = whole;
            other[at] = static_cast<char>(other[at] ^ (1 << bit));
            BOOST_TEST(!unframe(other));
        }
    BOOST_TEST(!unframe(frame("")));
}

BOOST_AUTO_TEST_CASE(what_is_saved_is_loaded_and_nothing_is_no_error) {
    Disk disk;
    BOOST_TEST(loaded(disk).empty());
    Store store("s");
    for (const char* state : {kFirst, kSecond, kThird}) {
        BOOST_TEST(store.save(disk, state).has_value());
        BOOST_TEST(loaded(disk) == state);
    }
    BOOST_TEST((disk.files.size() == 2 && disk.files.contains("s.old")));
}

BOOST_AUTO_TEST_CASE(power_that_fails_in_any_step_leaves_the_old_state_or_the_new_one) {
    for (const bool same_store : {true, false}) // the program has written before, or has not
        for (std::size_t steps = 0; steps < 4; ++steps)
            for (std::size_t cut = 0; cut <= frame(kThird).size(); ++cut) {
                Disk disk;
                Store store("s");
                BOOST_REQUIRE(store.save(disk, kFirst) && store.save(disk, kSecond));
                disk.done = 0;
                disk.steps = steps;
                disk.cut = cut;
                Store other("s");
                BOOST_TEST(!(same_store ? store : other).save(disk, kThird).has_value());
                const std::string now = loaded(disk);
                const bool written = steps > 0 || cut == frame(kThird).size();
                BOOST_TEST(now == (written ? kThird : kSecond));
            }
}

BOOST_AUTO_TEST_CASE(the_newest_cut_at_any_byte_leaves_the_one_before) {
    Disk disk;
    Store store("s");
    BOOST_REQUIRE(store.save(disk, kFirst) && store.save(disk, kSecond));
    const std::string whole = disk.files["s"];
    for (std::size_t size = 0; size < whole.size(); ++size) {
        disk.files["s"] = whole.substr(0, size);
        BOOST_TEST(loaded(disk) == kFirst);
        disk.files["s"].resize(whole.size()); // zeros, as file systems leave them
        BOOST_TEST(loaded(disk) == kFirst);
        // What is not whole never takes the place of the one before, wherever the next write ends.
        for (std::size_t steps = 0; steps < 4; ++steps)
            for (const std::size_t cut : {std::size_t{0}, whole.size() / 2}) {
                Disk next = disk;
                next.done = 0;
                next.steps = steps;
                next.cut = cut;
                Store again("s");
                (void)again.save(next, kThird); // fails, or is done
                const std::string now = loaded(next);
                BOOST_TEST((now == kFirst || now == kThird));
            }
    }
    disk.files["s"] = whole.substr(0, 9);
    disk.files["s.old"] = "rubbish";
    BOOST_TEST(loaded(disk) == "error " + std::to_string(EBADMSG)); // said, not passed over
}

BOOST_AUTO_TEST_CASE(a_full_disk_changes_nothing) {
    Disk disk;
    Store store("s");
    disk.full = ENOSPC;
    BOOST_TEST(store.save(disk, kFirst).error().code == ENOSPC);
    BOOST_TEST(disk.files.empty());
    disk.full = 0;
    BOOST_REQUIRE(store.save(disk, kFirst) && store.save(disk, kSecond));
    disk.full = ENOSPC;
    BOOST_TEST(store.save(disk, kThird).error().code == ENOSPC);
    BOOST_TEST(loaded(disk) == kSecond);
    BOOST_TEST(disk.files.size() == 2U);
    disk.full = 0;
    BOOST_TEST(store.save(disk, kThird).has_value());
    BOOST_TEST(loaded(disk) == kThird);
}

BOOST_AUTO_TEST_CASE(an_empty_state_replaces_nothing) {
    Disk disk;
    Store store("s");
    BOOST_REQUIRE(store.save(disk, kFirst));
    BOOST_TEST(store.save(disk, "").error().code == EINVAL);
    BOOST_TEST(loaded(disk) == kFirst);
}

BOOST_AUTO_TEST_CASE(forgetting_leaves_the_newest_or_nothing) {
    for (std::size_t steps = 0; steps <= 4; ++steps) {
        Disk disk;
        Store store("s");
        BOOST_REQUIRE(store.save(disk, kFirst) && store.save(disk, kSecond));
        disk.done = 0;
        disk.steps = steps;
        const bool done = store.forget(disk).has_value();
        BOOST_TEST(done == (steps == 4));
        BOOST_TEST(loaded(disk) == (steps < 3 ? kSecond : ""));
    }
}

BOOST_AUTO_TEST_SUITE_END()
