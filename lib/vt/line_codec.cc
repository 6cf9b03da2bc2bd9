#include "vt/line_codec.h"

#include <array>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include "vt/kernels.h"
#include "vt/limits.h"
#include "vt/parser.h"
#include "vt/unicode.h"

namespace berth::vt {

namespace {

enum Flag : std::uint8_t { kWrapped = 1, kAscii = 0x20, kRuns = 0x40, kShort = 0x80 };
enum Code : char { kErased = 0, kOtherWidth = 1, kCluster = 2, kSpacer = 3, kTail = 4, kLong = 5 };
enum Change : std::uint8_t {
    kForeground = 1,
    kBackground = 2,
    kUnderlineColor = 4,
    kAttributes = 8,
    kLink = 16,
    kMark = 32,
};

constexpr std::uint64_t kStyled = ~((1ULL << Cell::kMarkShift) - 1); // all but content and width
constexpr std::uint64_t kWidthMask = 3ULL << Cell::kWidthShift;
constexpr std::uint64_t kWide = static_cast<std::uint64_t>(Width::wide) << Cell::kWidthShift;
constexpr std::uint64_t kTailOnly = static_cast<std::uint64_t>(Width::tail) << Cell::kWidthShift;
constexpr std::uint64_t kMarkAndProtection = 7ULL << Cell::kMarkShift;

char* put_number(char* to, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        *to++ = static_cast<char>(value | 0x80);
    *to++ = static_cast<char>(value);
    return to;
}

// Writes four bytes; gives where those that count end.
char* put_color(char* to, Color color) {
    static constexpr std::array<std::uint8_t, 3> kLengths = {1, 2, 4};
    std::uint32_t bytes = color.kind() == Color::Kind::indexed
                              ? std::to_underlying(color.kind()) | std::uint32_t{color.index()} << 8
                              : std::byteswap(color.bits());
    if constexpr (std::endian::native == std::endian::big)
        bytes = std::byteswap(bytes);
    std::memcpy(to, &bytes, sizeof bytes);
    return to + kLengths[std::to_underlying(color.kind())];
}

// At most 4 bytes.
char* put_code_point(char* to, std::uint32_t code) {
    if (code < 0x80) {
        *to++ = static_cast<char>(code);
        return to;
    }
    if (code < 0x800) {
        *to++ = static_cast<char>(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *to++ = static_cast<char>(0xe0 | code >> 12);
        } else {
            *to++ = static_cast<char>(0xf0 | code >> 18);
            *to++ = static_cast<char>(0x80 | (code >> 12 & 0x3f));
        }
        *to++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
    }
    *to++ = static_cast<char>(0x80 | (code & 0x3f));
    return to;
}

// The characters that have a number of 15 bits in a short line.
struct Range {
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t number; // of the first
};
constexpr std::array kRanges = std::to_array<Range>({
    {0x4e00, 0x9fff, 0},      // ideographs
    {0x3000, 0x30ff, 0x5200}, // punctuation, kana
    {0xac00, 0xd7a3, 0x5300}, // Hangul
    {0xff00, 0xff5f, 0x7ea4}, // full width
    {0x2500, 0x25fb, 0x7f04}, // lines, blocks, shapes
});
static_assert([] {
    std::uint32_t next = 0;
    for (const Range& range : kRanges) {
        if (range.number != next)
            return false;
        next += range.last - range.first + 1;
    }
    return next == 0x8000;
}());

// 0x8000 if it has none.
constexpr std::uint32_t number_of(std::uint32_t code) {
    for (const Range& range : kRanges) {
        if (code - range.first <= range.last - range.first)
            return code - range.first + range.number;
    }
    return 0x8000;
}

constexpr std::uint32_t code_of(std::uint32_t number) {
    std::uint32_t code = 0;
    for (const Range& range : kRanges) {
        if (number >= range.number)
            code = number - range.number + range.first;
    }
    return code;
}

char* put_number_of(char* to, std::uint32_t number) {
    to[0] = static_cast<char>(0x80 | number >> 8);
    to[1] = static_cast<char>(number);
    return to + 2;
}

char* put_short(char* to, std::uint32_t code) {
    if (code < 0x80) {
        *to++ = static_cast<char>(code);
        return to;
    }
    if (const std::uint32_t number = number_of(code); number < 0x8000)
        return put_number_of(to, number);
    *to++ = kLong;
    return put_code_point(to, code);
}

char* put_cell(char* to, const Cell* cells, int column, int used, const Tables& tables,
               bool in_short) {
    const Cell cell = cells[column];
    const Width columns = cell.width();
    if (columns == Width::tail) {
        if (column == 0 || cells[column - 1].width() != Width::wide)
            *to++ = kTail;
        return to;
    }
    if (columns == Width::spacer) {
        *to++ = kSpacer;
        return to;
    }
    const bool wide =
        columns == Width::wide && column + 1 < used && cells[column + 1].width() == Width::tail;
    if (cell.is_cluster()) {
        if (wide)
            *to++ = kOtherWidth;
        const std::string& text = tables.clusters[cell.cluster()];
        *to++ = kCluster;
        to = put_number(to, text.size());
        return std::copy(text.begin(), text.end(), to);
    }
    const char32_t code = cell.code_point();
    if (wide != (code >= 0x1100 && width(code) == 2)) // nothing below is wide
        *to++ = kOtherWidth;
    return in_short ? put_short(to, code) : put_code_point(to, code);
}

// How a code point of so many bits is written: the bytes of six bits that spread() makes, moved to
// the front. In a short line kLong goes before.
struct Form {
    std::uint64_t marks = 0;
    std::uint64_t ascii = 0; // of the code point itself
    std::uint8_t shift = 0;
    std::uint8_t length = 0;
};
using Forms = std::array<Form, 22>;
constexpr Forms forms(bool in_short) {
    constexpr std::array<std::uint32_t, 5> kMarks = {0, 0, 0x80c0, 0x8080e0, 0x808080f0};
    Forms result{};
    for (unsigned bits = 0; bits < result.size(); ++bits) {
        const unsigned length = bits <= 7 ? 1 : bits <= 11 ? 2 : bits <= 16 ? 3 : 4;
        const unsigned before = in_short && length > 1 ? 1 : 0;
        result[bits] = {.marks = std::uint64_t{kMarks[length]} << 8 * before |
                                 (before != 0 ? std::uint64_t{kLong} : 0),
                        .ascii = length == 1 ? 0x7fU : 0U,
                        .shift = static_cast<std::uint8_t>(8 * (5 - before - length)),
                        .length = static_cast<std::uint8_t>(length + before)};
    }
    return result;
}

constexpr std::uint64_t spread(std::uint64_t code) {
    return (code & 0x3f) << 32 | (code & 0xfc0) << 18 | (code & 0x3f000) << 4 |
           (code & 0x1c0000) >> 10;
}

// kRanges by 128 code points each: number = code point + offset for the first `count`.
struct Numbers {
    std::uint16_t first = 0;
    std::uint16_t count = 0;
};
constexpr unsigned kNumbersBits = 7;
constexpr auto kNumbers = [] {
    std::array<Numbers, (0x10000U >> kNumbersBits)> blocks{};
    for (const Range& range : kRanges) {
        for (std::uint32_t code = range.first; code <= range.last; code += 1U << kNumbersBits)
            blocks[code >> kNumbersBits] = {
                static_cast<std::uint16_t>(code - range.first + range.number),
                static_cast<std::uint16_t>(std::min(range.last + 1 - code, 1U << kNumbersBits))};
    }
    return blocks;
}();

char* put_bytes(char* to, std::uint64_t bytes, std::size_t count) {
    if constexpr (std::endian::native == std::endian::big)
        bytes = std::byteswap(bytes);
    std::memcpy(to, &bytes, sizeof bytes);
    return to + count;
}

// width() is 2, of what a cell holds.
bool is_wide(std::uint32_t code) {
    const std::size_t block = detail::kUnicodeBlocks[code >> detail::kUnicodeBlockBits];
    return (detail::kUnicodeProperties[block << detail::kUnicodeBlockBits |
                                       (code & ((1U << detail::kUnicodeBlockBits) - 1))] &
            0x70) == 0x20;
}

// A cluster, in pieces of a fixed size: a string can be read so far, and there is room for them.
inline char* put_cluster(char* to, const std::string& text, bool wide) {
    constexpr std::size_t kPiece = 16;
    static_assert(kMaxClusterBytes >= kPiece);
    const std::size_t size = text.size();
    *to = kOtherWidth;
    to += wide ? 1 : 0;
    *to++ = kCluster;
    to = put_number(to, size);
    if (size < kPiece && text.capacity() + 1 < kPiece)
        return std::copy(text.begin(), text.end(), to);
    for (std::size_t done = 0; done + kPiece < size; done += kPiece)
        std::memcpy(to + done, text.data() + done, kPiece);
    const std::size_t last = size > kPiece ? size - kPiece : 0;
    std::memcpy(to + last, text.data() + last, kPiece);
    return to + size;
}

// Ideographs in a short line, as long as there is nothing else: texts are made of them.
inline __attribute__((always_inline)) char* put_ideographs(char* to, const Cell* cells, int& column,
                                                           int used) {
    constexpr std::uint32_t kFirst = kRanges[0].first;
    constexpr std::uint32_t kCount = kRanges[0].last - kFirst + 1;
    for (; column + 1 < used; column += 2) {
        const std::uint64_t bits = cells[column].bits();
        const auto number = static_cast<std::uint32_t>(bits & Cell::kContentMask) - kFirst;
        if ((bits & (Cell::kClusterBit | kWidthMask)) != kWide || number >= kCount ||
            (cells[column + 1].bits() & kWidthMask) != kTailOnly)
            break;
        to = put_number_of(to, number);
    }
    return to;
}

// The cells of a line that is not ASCII only. What characters they are cannot be predicted, so
// nothing branches but for what is not as width() says.
template <bool kInShort> char* put_text(char* to, const LineView& line, int used) {
    static constexpr Forms kForms = forms(kInShort);
    const Cell* const cells = line.cells;
    for (int column = 0; column < used; ++column) {
        if constexpr (kInShort) {
            to = put_ideographs(to, cells, column, used);
            if (column >= used)
                break;
        }
        const std::uint64_t bits = cells[column].bits();
        const std::uint64_t next = cells[std::min(column + 1, used - 1)].bits();
        const bool wide = ((bits & kWidthMask) == kWide) & ((next & kWidthMask) == kTailOnly);
        const auto code = static_cast<std::uint32_t>(bits & Cell::kContentMask);
        if ((bits & kWidthMask) != 0 && !wide) {
            to = put_cell(to, cells, column, used, *line.tables, kInShort);
            continue;
        }
        if ((bits & Cell::kClusterBit) != 0) {
            to = put_cluster(to, line.tables->clusters[code], wide);
            column += wide ? 1 : 0;
            continue;
        }
        if (is_wide(code) != wide) {
            to = put_cell(to, cells, column, used, *line.tables, kInShort);
            continue;
        }
        const Form& form = kForms[static_cast<unsigned>(std::bit_width(code))];
        std::uint64_t text = spread(code) >> form.shift | form.marks | (code & form.ascii);
        std::size_t length = form.length;
        if constexpr (kInShort) {
            const Numbers& numbers =
                kNumbers[std::min<std::size_t>(code >> kNumbersBits, kNumbers.size() - 1)];
            const std::uint32_t place = code & ((1U << kNumbersBits) - 1);
            const std::uint32_t number = numbers.first + place;
            const std::uint64_t common = place < numbers.count ? ~0ULL : 0; // no branch
            text ^= (text ^ (0x80 | number >> 8 | (number & 0xff) << 8)) & common;
            length = (length & ~common) | (2 & common);
        }
        to = put_bytes(to, text, length);
        column += wide ? 1 : 0;
    }
    return to;
}

// Is the line's first character beyond ASCII a common one of three bytes?
bool short_pays(const LineView& line, int used) {
    for (int column = 0; column < used; ++column) {
        const Cell cell = line.cells[column];
        if (cell.is_cluster() || cell.code_point() >= 0x80)
            return !cell.is_cluster() && number_of(cell.code_point()) < 0x8000;
    }
    return false;
}

// Writes where the style, the link, the mark or the protection changes.
class Runs {
  public:
    Runs(const Tables& tables, std::vector<Hyperlink>& links) : tables_(tables), links_(links) {}

    char* put(char* to, Cell cell, int length) {
        const Style& style = tables_.styles[cell.style()];
        const std::uint64_t mark = cell.bits() & kMarkAndProtection;
        to = put_number(to, static_cast<std::uint64_t>(length));
        const int changed =
            (style.foreground != style_.foreground ? kForeground : 0) |
            (style.background != style_.background ? kBackground : 0) |
            (style.underline_color != style_.underline_color ? kUnderlineColor : 0) |
            (style.attributes != style_.attributes ? kAttributes : 0) |
            (cell.link() != link_ ? kLink : 0) | (mark != mark_ ? kMark : 0);
        *to++ = static_cast<char>(changed);
        if ((changed & kForeground) != 0)
            to = put_color(to, style.foreground);
        if ((changed & kBackground) != 0)
            to = put_color(to, style.background);
        if ((changed & kUnderlineColor) != 0)
            to = put_color(to, style.underline_color);
        if ((changed & kAttributes) != 0)
            to = put_number(to, style.attributes);
        if ((changed & kLink) != 0)
            to = put_number(
                to, cell.link() == 0 ? 0 : dictionary_index(tables_.links[cell.link()]) + 1);
        if ((changed & kMark) != 0)
            *to++ = static_cast<char>(mark >> Cell::kMarkShift);
        style_ = style;
        link_ = cell.link();
        mark_ = mark;
        return to;
    }

  private:
    std::size_t dictionary_index(const Hyperlink& link) {
        static constexpr std::size_t kLookBack = 8;
        for (std::size_t back = 1; back <= std::min(kLookBack, links_.size()); ++back) {
            if (links_[links_.size() - back] == link)
                return links_.size() - back;
        }
        links_.push_back(link);
        return links_.size() - 1;
    }

    const Tables& tables_;
    std::vector<Hyperlink>& links_;
    Style style_;
    std::uint32_t link_ = 0;
    std::uint64_t mark_ = 0;
};

} // namespace

char* Bytes::reserve(std::size_t more) {
    if (capacity_ - size_ < more) {
        const std::size_t wanted = std::max(size_ + more, capacity_ + capacity_ / 2);
        char* moved = static_cast<char*>(std::realloc(data_.get(), wanted));
        if (moved == nullptr)
            throw std::bad_alloc();
        static_cast<void>(data_.release());
        data_.reset(moved);
        capacity_ = wanted;
    }
    return data_.get() + size_;
}

void Bytes::shrink() {
    if (size_ == capacity_ || size_ == 0)
        return;
    if (char* moved = static_cast<char*>(std::realloc(data_.get(), size_)); moved != nullptr) {
        static_cast<void>(data_.release());
        data_.reset(moved);
        capacity_ = size_;
    }
}

namespace {

constexpr std::size_t kAtOnce =
    64; // cells; each stretch begins with the last one of the one before

// Is any cell of another style than the default?
bool has_runs(const Cell* cells, std::size_t count, const Kernels& kernels) {
    if (count == 0 || (cells[0].bits() & kStyled) != 0)
        return count != 0;
    for (std::size_t base = 0; base + 1 < count; base += kAtOnce - 1) {
        if (kernels.style_changes(cells + base, std::min(kAtOnce, count - base)) != 0)
            return true;
    }
    return false;
}

} // namespace

void encode_line(const LineView& line, Bytes& out, std::vector<Hyperlink>& links) {
    static constexpr std::size_t kHeader = 16;
    static constexpr std::size_t kRun = 48;                    // more than a run takes
    static constexpr std::size_t kText = kMaxClusterBytes + 8; // more than a cell's text takes
    const Kernels& kernels = best_kernels();
    const Cell* const cells = line.cells;
    int used = line.used;
    while (used > 0 && cells[used - 1] == Cell())
        --used;
    const auto count = static_cast<std::size_t>(used);
    char* to = out.reserve(kHeader + count * (line.ascii ? 1 : kText));
    const bool runs = line.styled && has_runs(cells, count, kernels);
    const bool in_short = !line.ascii && short_pays(line, used);
    *to++ = static_cast<char>((line.wrapped ? kWrapped : 0) | static_cast<int>(line.size) << 1 |
                              static_cast<int>(line.mark) << 3 | (line.ascii ? kAscii : 0) |
                              (runs ? kRuns : 0) | (in_short ? kShort : 0));
    to = put_number(to, count);
    if (line.ascii) {
        kernels.narrow(cells, count, to);
        to += count;
    } else {
        to = in_short ? put_text<true>(to, line, used) : put_text<false>(to, line, used);
    }
    out.commit(to);
    if (!runs)
        return;
    to = out.reserve(count * kRun);
    Runs writer(*line.tables, links);
    std::size_t begin = 0; // of the run that is not written yet
    for (std::size_t base = 0; base + 1 < count; base += kAtOnce - 1) {
        std::uint64_t changes =
            kernels.style_changes(cells + base, std::min(kAtOnce, count - base));
        for (; changes != 0; changes &= changes - 1) {
            const std::size_t end = base + static_cast<std::size_t>(std::countr_zero(changes));
            to = writer.put(to, cells[begin], static_cast<int>(end - begin));
            begin = end;
        }
    }
    to = writer.put(to, cells[begin], static_cast<int>(count - begin));
    out.commit(to);
}

void write_links(const std::vector<Hyperlink>& links, Bytes& out) {
    static constexpr std::size_t kNumber = 10;
    const auto put = [&out](std::uint64_t value) {
        out.commit(put_number(out.reserve(kNumber), value));
    };
    put(links.size());
    for (const Hyperlink& link : links) {
        put(link.id.size());
        out.append(link.id);
        put(link.uri.size());
        out.append(link.uri);
    }
}

bool read_links(ByteReader& from, std::size_t most, std::vector<Hyperlink>& links) {
    links.clear();
    const std::uint64_t count = from.number();
    if (count > most)
        return false;
    const auto text = [&from](std::size_t longest) {
        const std::uint64_t size = from.number();
        from.failed = from.failed || size > longest;
        return std::string(from.bytes(from.failed ? 0 : size));
    };
    for (std::uint64_t index = 0; index < count && !from.failed; ++index) {
        std::string id = text(kMaxLinkId);
        links.push_back({std::move(id), text(kMaxUri)});
    }
    return !from.failed;
}

std::uint8_t ByteReader::byte() {
    if (at == end) {
        failed = true;
        return 0;
    }
    return static_cast<std::uint8_t>(*at++);
}

std::uint64_t ByteReader::number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const std::uint8_t next = byte();
        value |= std::uint64_t{next & 0x7fU} << shift;
        if ((next & 0x80) == 0)
            return value;
    }
    failed = true;
    return 0;
}

std::string_view packed_ascii(std::string_view line) {
    ByteReader reader{line.data() + 1, line.data() + line.size()};
    return reader.bytes(reader.number());
}

std::string_view ByteReader::bytes(std::size_t count) {
    if (count > left()) {
        failed = true;
        at = end;
        return {};
    }
    const std::string_view taken(at, count);
    at += count;
    return taken;
}

namespace {

Color read_color(ByteReader& from) {
    switch (from.byte()) {
    case 0:
        return {};
    case 1:
        return Color::indexed(from.byte());
    case 2: {
        const std::string_view rgb = from.bytes(3);
        if (rgb.size() != 3)
            return {};
        const auto part = [rgb](std::size_t index) {
            return static_cast<std::uint8_t>(rgb[index]);
        };
        return Color::rgb(part(0), part(1), part(2));
    }
    default:
        from.failed = true;
        return {};
    }
}

char32_t read_code_point(ByteReader& from) {
    if (from.left() == 0) {
        from.failed = true;
        return 0;
    }
    const Decoded decoded = decode_utf8(from.at, from.end);
    from.failed = from.failed || decoded.status != Decoded::Status::valid ||
                  (decoded.code < 0x20 && decoded.code != 0);
    from.at += decoded.length;
    return decoded.code;
}

char32_t read_short(ByteReader& from) {
    const std::uint8_t first = from.byte();
    if (first == kLong)
        return read_code_point(from);
    from.failed = from.failed || (first < 0x20 && first != 0);
    return first < 0x80 ? first : code_of((first & 0x7fU) << 8 | from.byte());
}

// One code point, cluster or blank; appends one or two cells.
void read_cell(ByteReader& from, bool in_short, LineBuffer& buffer) {
    bool other = false;
    if (from.left() > 0 && *from.at == kOtherWidth) {
        other = true;
        ++from.at;
    }
    if (from.left() == 0) {
        from.failed = true;
        return;
    }
    std::uint64_t bits = 0;
    bool wide = other;
    if (*from.at == kCluster) {
        ++from.at;
        const std::string_view text = from.bytes(from.number());
        if (text.empty() || text.size() > kMaxClusterBytes)
            from.failed = true;
        bits = Cell::kClusterBit | buffer.tables.clusters.size();
        buffer.tables.clusters.emplace_back(text);
    } else if (!other && (*from.at == kSpacer || *from.at == kTail)) {
        const Width columns = *from.at++ == kSpacer ? Width::spacer : Width::tail;
        buffer.cells.emplace_back(static_cast<std::uint64_t>(columns) << Cell::kWidthShift);
        return;
    } else {
        const char32_t code = in_short ? read_short(from) : read_code_point(from);
        bits = code;
        wide = (code >= 0x80 && width(code) == 2) != other;
    }
    if (!wide) {
        buffer.cells.emplace_back(bits);
        return;
    }
    buffer.cells.emplace_back(bits | static_cast<std::uint64_t>(Width::wide) << Cell::kWidthShift);
    buffer.cells.emplace_back(static_cast<std::uint64_t>(Width::tail) << Cell::kWidthShift);
}

void read_runs(ByteReader& from, std::span<const Hyperlink> links, LineBuffer& buffer) {
    Tables& tables = buffer.tables;
    Style style;
    std::uint64_t style_index = 0;
    std::uint64_t link_index = 0;
    std::uint64_t mark = 0;
    for (std::size_t column = 0; column < buffer.cells.size() && !from.failed;) {
        const std::uint64_t length = from.number();
        const std::uint8_t changed = from.byte();
        if ((changed & kForeground) != 0)
            style.foreground = read_color(from);
        if ((changed & kBackground) != 0)
            style.background = read_color(from);
        if ((changed & kUnderlineColor) != 0)
            style.underline_color = read_color(from);
        if ((changed & kAttributes) != 0)
            style.attributes = static_cast<std::uint32_t>(from.number());
        if ((changed & (kForeground | kBackground | kUnderlineColor | kAttributes)) != 0) {
            style_index = style == Style() ? 0 : tables.styles.size();
            if (style_index != 0)
                tables.styles.push_back(style);
        }
        if ((changed & kLink) != 0) {
            const std::uint64_t index = from.number();
            from.failed = from.failed || index > links.size();
            link_index = index == 0 || from.failed ? 0 : tables.links.size();
            if (link_index != 0)
                tables.links.push_back(links[index - 1]);
        }
        if ((changed & kMark) != 0)
            mark = from.byte() & 7U;
        if (length == 0 || length > buffer.cells.size() - column ||
            style.underline() > Underline::dashed) {
            from.failed = true;
            return;
        }
        const std::uint64_t bits = style_index << Cell::kStyleShift |
                                   link_index << Cell::kLinkShift | mark << Cell::kMarkShift;
        for (const std::size_t end = column + length; column < end; ++column)
            buffer.cells[column] = Cell(buffer.cells[column].bits() | bits);
    }
}

} // namespace

LineView decode_line(ByteReader& from, std::span<const Hyperlink> links, int columns,
                     LineBuffer& buffer) {
    buffer.cells.clear();
    buffer.tables.styles.resize(1);
    buffer.tables.clusters.clear();
    buffer.tables.links.resize(1);
    const std::uint8_t flags = from.byte();
    const std::uint64_t used = from.number();
    if (from.failed || used > static_cast<std::uint64_t>(columns))
        return {};
    if ((flags & kAscii) != 0) {
        for (const char byte : from.bytes(used)) {
            from.failed = from.failed || byte < 0 || (byte < ' ' && byte != 0);
            buffer.cells.emplace_back(static_cast<unsigned char>(byte));
        }
    } else {
        while (buffer.cells.size() < used && !from.failed)
            read_cell(from, (flags & kShort) != 0, buffer);
    }
    if (buffer.cells.size() != used)
        return {};
    if ((flags & kRuns) != 0)
        read_runs(from, links, buffer);
    if (from.failed)
        return {};
    return {.cells = buffer.cells.data(),
            .tables = &buffer.tables,
            .used = static_cast<int>(used),
            .wrapped = (flags & kWrapped) != 0,
            .ascii = (flags & kAscii) != 0,
            .size = static_cast<LineSize>(flags >> 1 & 3),
            .mark = static_cast<Mark>(flags >> 3 & 3)};
}

} // namespace berth::vt
