#include "vt/history.h"

#include <array>
#include <cstring>
#include <deque>
#include <memory>

#include "vt/kernels.h"
#include "vt/line_codec.h"
#include "vt/reflow.h"
#include "vt/size.h"

namespace berth::vt {

namespace {

constexpr std::size_t kBlockLines = 128;
constexpr std::size_t kMaxBlockLinks = kBlockLines * std::size_t{kMaxDimension};

// block = header, starts (where each line begins, from the first), lines, links
struct BlockHeader {
    std::uint32_t lines = 0; // bytes
    std::uint32_t links = 0; // bytes
    std::array<std::uint32_t, kBlockLines> starts{};
};

// A full block of kBlockLines lines.
struct Block {
    std::shared_ptr<char[]> bytes; // copies of a history share them
    std::size_t size = 0;
    std::vector<Hyperlink> links;
    std::size_t link_bytes = 0;

    [[nodiscard]] BlockHeader header() const {
        BlockHeader header;
        std::memcpy(&header, bytes.get(), sizeof header);
        return header;
    }
    [[nodiscard]] std::uint32_t number(std::size_t offset) const {
        std::uint32_t value = 0;
        std::memcpy(&value, bytes.get() + offset, sizeof value);
        return value;
    }
    [[nodiscard]] std::string_view line(std::size_t index) const {
        const std::size_t place = offsetof(BlockHeader, starts) + index * sizeof(std::uint32_t);
        const std::size_t from = number(place);
        const std::size_t to = index + 1 < kBlockLines ? number(place + sizeof(std::uint32_t))
                                                       : number(offsetof(BlockHeader, lines));
        return {bytes.get() + sizeof(BlockHeader) + from, to - from};
    }
    [[nodiscard]] std::size_t memory() const { return sizeof(Block) + size + link_bytes; }
};

std::size_t memory_of(const std::vector<Hyperlink>& links) {
    std::size_t bytes = 0;
    for (const Hyperlink& link : links)
        bytes += sizeof(Hyperlink) + link.uri.size() + link.id.size();
    return bytes;
}

// A copy of bytes that may be anything; false if they are no block.
bool read_block(std::string_view from, Block& block) {
    BlockHeader header;
    if (from.size() < sizeof header)
        return false;
    std::memcpy(&header, from.data(), sizeof header);
    if (from.size() - sizeof header != std::size_t{header.lines} + header.links)
        return false;
    std::uint32_t before = 0;
    for (const std::uint32_t start : header.starts) {
        if (start < before || start > header.lines)
            return false;
        before = start;
    }
    if (header.starts[0] != 0)
        return false;
    ByteReader reader{from.data() + sizeof header + header.lines, from.data() + from.size()};
    if (header.links != 0 &&
        (!read_links(reader, kMaxBlockLinks, block.links) || reader.left() != 0))
        return false;
    block.bytes = std::make_shared_for_overwrite<char[]>(from.size());
    std::memcpy(block.bytes.get(), from.data(), from.size());
    block.size = from.size();
    block.link_bytes = memory_of(block.links);
    return true;
}

} // namespace

// Line index is number skip + index of the blocks' lines and then the open lines.
struct History::Store {
    HistoryLimits limits;
    std::deque<Block> blocks;
    std::uint64_t epoch = 0;
    std::uint64_t first = 0;      // number of the first block
    std::size_t skip = 0;         // lines of the first block (or the open one) that were dropped
    std::size_t lines = 0;        // that are to be seen
    std::size_t block_memory = 0; // of all blocks
    std::uint64_t dropped = 0;
    const Kernels* kernels = &best_kernels();

    // The lines that do not fill a block yet.
    Bytes text;
    std::size_t count = 0;
    std::array<std::uint32_t, kBlockLines> starts{};
    std::vector<Hyperlink> links;

    [[nodiscard]] std::size_t bytes() const {
        return block_memory + (count == 0 ? 0 : text.size() + sizeof starts + memory_of(links));
    }

    // The open lines become a block.
    void close() {
        Block block;
        Bytes packed;
        BlockHeader header;
        if (!links.empty())
            write_links(links, packed);
        header.lines = static_cast<std::uint32_t>(text.size());
        header.links = static_cast<std::uint32_t>(packed.size());
        header.starts = starts;
        block.size = sizeof header + text.size() + packed.size();
        block.bytes = std::make_shared_for_overwrite<char[]>(block.size);
        char* to = block.bytes.get();
        std::memcpy(to, &header, sizeof header);
        std::memcpy(to + sizeof header, text.data(), text.size());
        if (packed.size() > 0)
            std::memcpy(to + sizeof header + text.size(), packed.data(), packed.size());
        block.links = std::move(links);
        block.link_bytes = memory_of(block.links);
        block_memory += block.memory();
        blocks.push_back(std::move(block));
        clear_open();
        trim();
    }

    void clear_open() {
        text.clear();
        count = 0;
        links.clear();
    }

    // The last block's lines are open again.
    void reopen() {
        Block& block = blocks.back();
        const BlockHeader header = block.header();
        clear_open();
        text.append({block.bytes.get() + sizeof header, header.lines});
        starts = header.starts;
        count = kBlockLines;
        links = std::move(block.links);
        block_memory -= sizeof(Block) + block.size + block.link_bytes;
        blocks.pop_back();
        ++epoch;
    }

    void drop_block() {
        const std::size_t gone = kBlockLines - skip;
        lines -= gone;
        dropped += gone;
        skip = 0;
        block_memory -= blocks.front().memory();
        blocks.pop_front();
        ++first;
    }

    void drop_lines(std::size_t excess) {
        while (!blocks.empty() && excess >= kBlockLines - skip) {
            excess -= kBlockLines - skip;
            drop_block();
        }
        lines -= excess;
        dropped += excess;
        skip += excess;
        if (lines == 0 && blocks.empty()) {
            clear_open();
            skip = 0;
        }
    }

    void trim() {
        if (lines > limits.lines)
            drop_lines(lines - limits.lines);
        while (!blocks.empty() && bytes() > limits.bytes)
            drop_block();
    }

    // One more line was written behind the open ones.
    void pushed(std::size_t start) {
        starts[count++] = static_cast<std::uint32_t>(start);
        if (lines == limits.lines && skip + 1 < kBlockLines && !blocks.empty()) {
            ++dropped;
            ++skip;
        } else if (++lines > limits.lines) {
            drop_lines(lines - limits.lines); // perhaps this very line
        }
        if (count == kBlockLines)
            close();
    }

    void push(const LineView& line) {
        const std::size_t start = text.size();
        encode_line(line, text, links);
        pushed(start);
    }

    void push_plain(const Cell* cells, int used, bool wrapped) {
        while (used > 0 && cells[used - 1] == Cell())
            --used;
        const std::size_t start = text.size();
        const auto length = static_cast<std::size_t>(used);
        char* to = text.room(length + kPlainHeader);
        to = put_plain_header(to, length, wrapped);
        if (length < 8) {
            for (std::size_t index = 0; index < length; ++index)
                to[index] = static_cast<char>(cells[index].bits() & 0xff);
        } else {
            kernels->narrow(cells, length, to);
        }
        text.commit(to + length);
        pushed(start);
    }

    void push_text(const char* from, const char* end, std::span<const std::uint16_t> lengths) {
        while (!lengths.empty()) {
            const std::size_t more = std::min(lengths.size(), kBlockLines - count);
            from = append_text(from, end, lengths.first(more));
            lengths = lengths.subspan(more);
            lines += more;
            if (lines > limits.lines)
                drop_lines(lines - limits.lines);
            if (count == kBlockLines)
                close();
        }
    }

    // Lines that the open ones have room for.
    const char* append_text(const char* from, const char* end,
                            std::span<const std::uint16_t> lengths) {
        constexpr std::size_t kAtOnce = 32; // a copy of fixed size, for short lines
        std::size_t most = kAtOnce;
        for (const std::size_t length : lengths)
            most += length + kPlainHeader;
        char* to = text.room(most);
        const char* const begin = to - text.size();
        std::uint32_t* start = starts.data() + count; // and no member: a char may be any of them
        for (const std::size_t length : lengths) {
            *start++ = static_cast<std::uint32_t>(to - begin);
            to = put_plain_header(to, length, false);
            if (length <= kAtOnce && static_cast<std::size_t>(end - from) >= kAtOnce)
                std::memcpy(to, from, kAtOnce);
            else
                std::memcpy(to, from, length);
            to += length;
            from += length + 2;
        }
        count += lengths.size();
        text.commit(to);
        return from;
    }

    [[nodiscard]] std::string_view open_line(std::size_t index) const {
        const std::size_t to = index + 1 < count ? starts[index + 1] : text.size();
        return {text.data() + starts[index], to - starts[index]};
    }

    [[nodiscard]] std::string_view packed(std::size_t index) const {
        const std::size_t number = skip + index;
        return number / kBlockLines >= blocks.size()
                   ? open_line(number - blocks.size() * kBlockLines)
                   : blocks[number / kBlockLines].line(number % kBlockLines);
    }

    // May a text that begins in that line have this part, perhaps where the line goes on?
    [[nodiscard]] bool may_have(std::size_t index, const Needle& part) const {
        static constexpr std::size_t kMost = 32; // lines that a text is looked for in
        const std::size_t end = std::min(lines, index + kMost);
        for (std::string_view line = packed(index); !part.may_be_in(line);) {
            if (!is_packed_wrapped(line))
                return false;
            if (++index == end)
                return true;
            const std::string_view next = packed(index);
            if (part.may_be_across(line, next))
                return true;
            line = next;
        }
        return true;
    }

    [[nodiscard]] LineView line(std::size_t index, LineBuffer& buffer) const {
        const std::size_t block = (skip + index) / kBlockLines;
        const std::string_view bytes = packed(index);
        ByteReader reader{bytes.data(), bytes.data() + bytes.size()};
        LineView view = decode_line(reader, block < blocks.size() ? blocks[block].links : links,
                                    kMaxDimension, buffer);
        if (view.tables == nullptr)
            view.tables = &buffer.tables; // an adopted block was damaged
        return view;
    }
};

History::History(HistoryLimits limits) : store_(std::make_unique<Store>()) {
    store_->limits = limits;
}
History::History(const History& other) : store_(std::make_unique<Store>(*other.store_)) {}
History::~History() = default;
History::History(History&&) noexcept = default;
History& History::operator=(History&&) noexcept = default;

std::size_t History::lines() const {
    return store_->lines;
}
std::size_t History::bytes() const {
    return store_->bytes();
}
std::uint64_t History::dropped() const {
    return store_->dropped;
}
HistoryLimits History::limits() const {
    return store_->limits;
}

LineView History::line(std::size_t index, LineBuffer& buffer) const {
    return store_->line(index, buffer);
}

std::ptrdiff_t History::may_have(std::size_t index, int step, const Needle& part) const {
    static constexpr int kMost = 1 << 16; // lines
    const auto end = static_cast<std::ptrdiff_t>(store_->lines);
    auto place = static_cast<std::ptrdiff_t>(index);
    for (int seen = 0; place >= 0 && place < end && seen < kMost; ++seen, place += step) {
        if (store_->may_have(static_cast<std::size_t>(place), part))
            break;
    }
    return place;
}

void History::push(const LineView& line) {
    store_->push(line);
}

void History::push_plain(const Cell* cells, int used, bool wrapped) {
    store_->push_plain(cells, used, wrapped);
}

void History::push_text(const char* from, const char* end, std::span<const std::uint16_t> lengths) {
    store_->push_text(from, end, lengths);
}

void History::pop() {
    Store& store = *store_;
    if (store.lines == 0)
        return;
    if (store.count == 0)
        store.reopen();
    --store.count;
    store.text.resize_down(store.starts[store.count]);
    if (--store.lines == 0) {
        store.clear_open();
        store.skip = 0;
    }
}

void History::clear() {
    Store& store = *store_;
    store.dropped += store.lines;
    store.lines = store.skip = store.block_memory = 0;
    store.first += store.blocks.size();
    store.blocks.clear();
    store.clear_open();
    store.text = {};
    ++store.epoch;
}

void History::set_limits(HistoryLimits limits) {
    store_->limits = limits;
    store_->trim();
}

void History::reflow(int columns) {
    auto target = std::make_unique<Store>();
    target->limits = store_->limits;
    LineBuffer buffer;
    LogicalLine logical;
    for (std::size_t index = 0; index < store_->lines; ++index) {
        const LineView line = store_->line(index, buffer);
        if (!line.wrapped && logical.empty() && line.used <= columns) {
            target->push(line);
            continue;
        }
        if (line.size != LineSize::single && !logical.empty())
            logical.flush(columns, [&](const LineView& part) { target->push(part); });
        logical.add(line);
        if (!line.wrapped || line.size != LineSize::single || logical.full())
            logical.flush(columns, [&](const LineView& part) { target->push(part); });
    }
    if (!logical.empty())
        logical.flush(columns, [&](const LineView& part) { target->push(part); });
    target->dropped += store_->dropped;
    target->epoch = store_->epoch + 1;
    store_ = std::move(target);
}

History::Blocks History::blocks() const {
    return {store_->epoch, store_->first, store_->first + store_->blocks.size()};
}

std::string_view History::block(std::uint64_t number) const {
    const Block& block = store_->blocks[static_cast<std::size_t>(number - store_->first)];
    return {block.bytes.get(), block.size};
}

std::size_t History::open_lines() const {
    return store_->count - (store_->blocks.empty() ? store_->skip : 0);
}

std::size_t History::skipped_lines() const {
    return store_->blocks.empty() ? 0 : store_->skip;
}

void History::begin_epoch_after(const History& other) {
    store_->epoch = other.store_->epoch + 1;
}

bool History::adopt(std::span<const std::string_view> blocks, std::size_t skipped) {
    if (skipped >= kBlockLines || (blocks.empty() && skipped != 0))
        return false;
    auto target = std::make_unique<Store>();
    target->limits = store_->limits;
    for (const std::string_view bytes : blocks) {
        Block block;
        if (!read_block(bytes, block))
            return false;
        target->block_memory += block.memory();
        target->blocks.push_back(std::move(block));
    }
    target->skip = skipped;
    target->lines = blocks.size() * kBlockLines - skipped;
    target->dropped = store_->dropped;
    target->epoch = store_->epoch + 1;
    target->trim();
    store_ = std::move(target);
    return true;
}

} // namespace berth::vt
