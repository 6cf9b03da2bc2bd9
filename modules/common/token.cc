#include "common/token.h"

#include "common/sha256.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::modules {
namespace {

constexpr std::size_t kRecordMost = 128; // bytes of a record: "NAME UID GID open\n"
constexpr unsigned long kIdMost = 0xfffffffeUL;

// A decimal number without sign or leading zeros, from 1 to kIdMost, that ends at `end`.
bool parse_id(const char* text, const char* end, unsigned int& id) noexcept {
    if (text == end || *text == '0' || end - text > 10)
        return false;
    unsigned long value = 0;
    for (; text != end; ++text) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + static_cast<unsigned long>(*text - '0');
    }
    id = static_cast<unsigned int>(value);
    return value <= kIdMost;
}

// Exactly one line "NAME UID GID open" (or keys), NAME a share's.
bool parse_record(const char* text, std::size_t size, Guest& guest) noexcept {
    const char* const end = text + size - 1;
    if (size < 2 || *end != '\n' || memchr(text, '\0', size) != nullptr)
        return false;
    const auto* first = static_cast<const char*>(memchr(text, ' ', size));
    const std::size_t length = first == nullptr ? 0 : static_cast<std::size_t>(first - text);
    if (length == 0 || length > kShareNameMost)
        return false;
    const auto* second =
        static_cast<const char*>(memchr(first + 1, ' ', static_cast<std::size_t>(end - first - 1)));
    if (second == nullptr)
        return false;
    const auto* third = static_cast<const char*>(
        memchr(second + 1, ' ', static_cast<std::size_t>(end - second - 1)));
    if (third == nullptr || end - third != 5)
        return false;
    guest.keys = memcmp(third, " keys", 5) == 0;
    memcpy(guest.name, text, length);
    guest.name[length] = '\0';
    return (guest.keys || memcmp(third, " open", 5) == 0) && is_share_name(guest.name) &&
           parse_id(first + 1, second, guest.uid) && parse_id(second + 1, third, guest.gid);
}

// The whole file, if it is a short regular file that its owner (root, or who runs this) alone may
// write.
ssize_t read_record(const char* path, char (&buffer)[kRecordMost]) noexcept {
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -1;
    struct stat info;
    ssize_t size = -1;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        (info.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
        (info.st_uid == 0 || info.st_uid == geteuid()) && info.st_size <= off_t{kRecordMost})
        size = read(fd, buffer, sizeof buffer);
    else
        errno = EPERM;
    const int error = errno;
    close(fd);
    errno = error;
    return size;
}

// The record of that name in the folder.
Found read_guest(const char* folder, const char* name, Guest& guest) noexcept {
    char path[256];
    const int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || static_cast<std::size_t>(length) >= sizeof path)
        return Found::no;
    char record[kRecordMost];
    const ssize_t size = read_record(path, record);
    if (size < 0)
        return errno == EMFILE || errno == ENFILE || errno == EINTR ? Found::unavailable
                                                                    : Found::no;
    return parse_record(record, static_cast<std::size_t>(size), guest) ? Found::yes : Found::no;
}

} // namespace

bool is_token(const char* name) noexcept {
    if (name[0] != 'r' || (name[1] != 'o' && name[1] != 'w') || name[2] != '-')
        return false;
    std::size_t digits = 0;
    for (const char* c = name + 3; *c != '\0'; ++c)
        if (++digits > kTokenMost || !((*c >= 'a' && *c <= 'z') || (*c >= '2' && *c <= '7')))
            return false;
    return digits >= kTokenLeast;
}

bool is_share_name(const char* name) noexcept {
    constexpr char kPrefix[] = "berth-s";
    constexpr std::size_t kPrefixSize = sizeof kPrefix - 1;
    unsigned int number = 0;
    return strncmp(name, kPrefix, kPrefixSize) == 0 && strnlen(name, 64) <= kShareNameMost &&
           parse_id(name + kPrefixSize, name + strlen(name), number);
}

Found find_guest(const char* folder, const char* name, Guest& guest) noexcept {
    const bool token = is_token(name);
    if (!token && !is_share_name(name))
        return Found::no;
    char digest[kDigestHex + 1];
    if (token)
        sha256_hex(name, strlen(name), digest);
    const Found found = read_guest(folder, token ? digest : name, guest);
    if (found != Found::yes || token)
        return found;
    return strcmp(guest.name, name) == 0 ? Found::yes : Found::no;
}

Found find_guest(const char* folder, uid_t uid, Guest& guest) noexcept {
    if (uid < kFirstGuestUid || uid >= kFirstGuestUid + kGuestUids)
        return Found::no;
    char name[32];
    snprintf(name, sizeof name, "uid-%u", uid);
    const Found found = read_guest(folder, name, guest);
    return found == Found::yes && guest.uid != uid ? Found::no : found;
}

} // namespace berth::modules
