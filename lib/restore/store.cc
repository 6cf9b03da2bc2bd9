#include "restore/store.h"

#include <array>
#include <cerrno>

namespace berth::restore {
namespace {

static_assert(kMagic.size() + 16 == kFrameBytes);

constexpr std::uint64_t kPolynomial = 0xc96c5795d7870f42; // of ECMA-182, its bits reversed

consteval std::array<std::uint64_t, 256> make_table() {
    std::array<std::uint64_t, 256> table{};
    for (std::uint64_t byte = 0; byte < table.size(); ++byte) {
        std::uint64_t sum = byte;
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum >> 1) ^ ((sum & 1) != 0 ? kPolynomial : 0);
        table[byte] = sum;
    }
    return table;
}
constexpr auto kTable = make_table();

void put(std::string& out, std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8)
        out.push_back(static_cast<char>(value >> shift));
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
}

bool missing(const Error& error) {
    return error.code == ENOENT;
}

} // namespace

std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t sum = ~std::uint64_t{0};
    for (const char byte : bytes)
        sum = kTable[(sum ^ static_cast<unsigned char>(byte)) & 0xff] ^ (sum >> 8);
    return ~sum;
}

std::string frame(std::string_view contents) {
    std::string out;
    out.reserve(kFrameBytes + contents.size());
    out += kMagic;
    put(out, contents.size());
    put(out, checksum(contents));
    out += contents;
    return out;
}

std::optional<std::string_view> unframe(std::string_view bytes) {
    if (bytes.size() < kFrameBytes || !bytes.starts_with(kMagic))
        return std::nullopt;
    const std::string_view contents = bytes.substr(kFrameBytes);
    if (contents.empty() || number_at(bytes, kMagic.size()) != contents.size() ||
        number_at(bytes, kMagic.size() + 8) != checksum(contents))
        return std::nullopt;
    return contents;
}

Result<std::string> Store::load(Folder& folder) {
    std::optional<Error> wrong;
    for (const std::string& name : {new_name(), name_, old_name()}) {
        const auto bytes = folder.read(name);
        if (!bytes) {
            if (!missing(bytes.error()) && !wrong)
                wrong = bytes.error();
            continue;
        }
        // What is whole but was not renamed yet is the newest all the same.
        const auto contents = unframe(*bytes);
        if (contents)
            return std::string(*contents);
        if (name != new_name() && !wrong)
            wrong = Error{EBADMSG, "read " + name + ", which is not whole"};
    }
    if (wrong)
        return std::unexpected(*wrong);
    return std::string();
}

Result<void> Store::save(Folder& folder, std::string_view contents) {
    if (contents.empty() || contents.size() > kMaxState)
        return fail(EINVAL, "a state of " + std::to_string(contents.size()) + " bytes");
    if (auto written = folder.write(new_name(), frame(contents)); !written) {
        (void)folder.remove(new_name()); // what a full disk took of it; the error is the first one
        return written;
    }
    if (!whole_) {
        const auto bytes = folder.read(name_);
        whole_ = bytes && unframe(*bytes);
    }
    if (whole_)
        if (auto renamed = folder.rename(name_, old_name()); !renamed && !missing(renamed.error()))
            return renamed;
    whole_ = false;
    if (auto renamed = folder.rename(new_name(), name_); !renamed)
        return renamed;
    whole_ = true;
    return folder.settle();
}

// The newest last, so that none of the others is taken for what there is if power fails in between.
Result<void> Store::forget(Folder& folder) {
    whole_ = false;
    for (const std::string& name : {old_name(), new_name(), name_})
        if (auto removed = folder.remove(name); !removed && !missing(removed.error()))
            return removed;
    return folder.settle();
}

} // namespace berth::restore
