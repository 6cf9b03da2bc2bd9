#include "common/guesses.h"

#include "common/sha256.h"

#include <arpa/inet.h>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::modules {
namespace {

constexpr std::size_t kTries = 8; // slots that an address may be in

struct Slot {
    std::uint64_t who; // 0: nobody
    std::uint32_t since;
    std::uint32_t count;
};
static_assert(sizeof(Slot) == kGuessSlot);

// Who it is, as a number; 0: nobody knows. An address of IPv6 stands for its network, of which one
// machine has all.
std::uint64_t number_of(const char* address) noexcept {
    if (address == nullptr || *address == '\0')
        return 0;
    unsigned char bytes[16];
    char digest[kDigestHex + 1];
    struct in6_addr six;
    if (inet_pton(AF_INET6, address, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six)) {
        memcpy(bytes, &six, sizeof bytes);
        sha256_hex(bytes, 8, digest);
    } else {
        const char* const colon = strrchr(address, ':'); // ::ffff:192.0.2.1
        const char* const text = colon != nullptr ? colon + 1 : address;
        sha256_hex(text, strlen(text), digest);
    }
    std::uint64_t number = 0;
    for (int i = 0; i < 16; ++i) {
        const char c = digest[i];
        number = number << 4 | static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return number == 0 ? 1 : number;
}

bool is_over(const Slot& slot, std::uint32_t now) noexcept {
    return slot.who == 0 || now < slot.since || now - slot.since >= kGuessSeconds;
}

// Of exactly that size, and nobody else's to write.
int open_counts(const char* file) noexcept {
    const int fd = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -1;
    struct stat info;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        (info.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
        (info.st_uid == 0 || info.st_uid == geteuid()) &&
        info.st_size == static_cast<off_t>(kGuessFileSize))
        return fd;
    close(fd);
    return -1;
}

struct Place {
    Slot slot;
    off_t offset;
};

// Where the address is counted, or will be: a free slot, else that with the fewest guesses.
bool find_place(int fd, std::uint64_t who, std::uint32_t now, Place& place) noexcept {
    bool found = false;
    for (std::size_t i = 0; i < kTries; ++i) {
        const auto offset = static_cast<off_t>((who + i) % kGuessSlots * kGuessSlot);
        Slot slot;
        if (pread(fd, &slot, sizeof slot, offset) != static_cast<ssize_t>(sizeof slot))
            return false;
        const bool over = is_over(slot, now);
        if (slot.who == who && !over) {
            place = {slot, offset};
            return true;
        }
        if (over)
            slot = {0, 0, 0};
        if (!found || slot.count < place.slot.count)
            place = {slot, offset};
        found = true;
    }
    return true;
}

} // namespace

void note_guess(const char* file, const char* address, std::uint32_t now) noexcept {
    const std::uint64_t who = number_of(address);
    const int fd = who == 0 ? -1 : open_counts(file);
    if (fd < 0)
        return;
    Place place;
    if (find_place(fd, who, now, place)) {
        if (place.slot.who != who)
            place.slot = {who, now, 0};
        ++place.slot.count;
        if (place.slot.count == kMostGuesses)
            place.slot.since = now; // from now on nobody gets in from there for that long
        (void)!pwrite(fd, &place.slot, sizeof place.slot, place.offset);
    }
    close(fd);
}

bool has_guessed_enough(const char* file, const char* address, std::uint32_t now) noexcept {
    const std::uint64_t who = number_of(address);
    const int fd = who == 0 ? -1 : open_counts(file);
    if (fd < 0)
        return false;
    Place place;
    const bool enough = find_place(fd, who, now, place) && place.slot.who == who &&
                        place.slot.count >= kMostGuesses;
    close(fd);
    return enough;
}

} // namespace berth::modules
