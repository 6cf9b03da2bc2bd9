// Lines as bytes, for the history and for snapshots.
//
// line  = flags used cells [runs]
// flags = one byte: 0x01 wrapped, 0x06 LineSize, 0x18 Mark, 0x20 ascii, 0x40 runs follow, 0x80
// short cells = if ascii, a byte for each (0: erased); else for each cell but tails of wide
// characters UTF-8 or one of
//         kErased; kSpacer; kTail (without its first half); kCluster size bytes; each after
//         kOtherWidth if the width is not the one that width() has for the code point (a cluster:
//         not narrow)
// short = instead of UTF-8: ASCII; 0x80 | n >> 8 and n & 0xff for number n of the common characters
//         that take three bytes in UTF-8 (East Asian ones, lines and blocks); kLong and UTF-8
// runs  = until all cells are covered: length mask and what has changed, in this order, by bits of
// the mask: 1 foreground,
//         2 background, 4 underline colour (each: 0; 1 index; or 2 red green blue), 8 attributes,
//         16 link (index into a dictionary + 1, or 0), 32 mark and protection (one byte)
// Numbers are varints, seven bits a byte, the lowest first. Internal to lib/vt.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "vt/line.h"

namespace berth::vt {

// Bytes that grow without being initialised.
class Bytes {
  public:
    Bytes() = default;
    Bytes(const Bytes& other) { append({other.data(), other.size()}); }
    Bytes(Bytes&&) noexcept = default;
    Bytes& operator=(const Bytes&) = delete;
    Bytes& operator=(Bytes&&) noexcept = default;
    ~Bytes() = default;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const char* data() const { return data_.get(); }
    void clear() { size_ = 0; }
    void append(std::string_view bytes) {
        char* to = reserve(bytes.size());
        std::copy(bytes.begin(), bytes.end(), to);
        size_ += bytes.size();
    }
    // Room for so many more bytes; commit() says where they ended.
    char* reserve(std::size_t more);
    char* room(std::size_t more) { // the same, inline
        return capacity_ - size_ >= more ? data_.get() + size_ : reserve(more);
    }
    void commit(const char* end) { size_ = static_cast<std::size_t>(end - data_.get()); }
    void resize_down(std::size_t size) { size_ = size; }
    void shrink();

  private:
    struct Free {
        void operator()(char* data) const { std::free(data); }
    };
    std::unique_ptr<char, Free> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

// A line of narrow ASCII of the default style begins with this, and goes on with a byte for each
// cell.
inline constexpr std::size_t kPlainHeader = 4; // bytes at most
[[nodiscard]] inline char* put_plain_header(char* to, std::size_t used, bool wrapped) {
    *to++ = static_cast<char>(0x20 | (wrapped ? 1 : 0));
    for (; used >= 0x80; used >>= 7)
        *to++ = static_cast<char>(used | 0x80);
    *to++ = static_cast<char>(used);
    return to;
}

// Of a line that was encoded.
[[nodiscard]] inline bool is_packed_wrapped(std::string_view line) {
    return (line[0] & 0x01) != 0;
}
[[nodiscard]] inline bool is_packed_ascii(std::string_view line) {
    return (line[0] & 0x20) != 0;
}

[[nodiscard]] std::string_view packed_ascii(std::string_view line); // its characters, if it is

// Appends the line. Links go into the dictionary unless they are among its last ones.
void encode_line(const LineView& line, Bytes& out, std::vector<Hyperlink>& links);

// What is left to be read of bytes that may be anything.
struct ByteReader {
    const char* at = nullptr;
    const char* end = nullptr;
    bool failed = false;

    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end - at); }
    std::uint8_t byte();
    std::uint64_t number();
    std::string_view bytes(std::size_t count);
};

// A dictionary of links: their number, and for each its id and its URI, with their lengths.
void write_links(const std::vector<Hyperlink>& links, Bytes& out);
// False if the bytes are no such dictionary, or one of more links than that.
[[nodiscard]] bool read_links(ByteReader& from, std::size_t most, std::vector<Hyperlink>& links);

// Reads one line into the buffer; columns is the most that it may have. An empty view (tables null)
// if the bytes are no line.
[[nodiscard]] LineView decode_line(ByteReader& from, std::span<const Hyperlink> links, int columns,
                                   LineBuffer& buffer);

} // namespace berth::vt
