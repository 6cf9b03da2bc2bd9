#include "vt/history.h"

#include <deque>

#include "vt/line_codec.h"
#include "vt/reflow.h"
#include "vt/size.h"

namespace berth::vt {

namespace {

constexpr std::size_t kBlockLines = 128;

struct Block {
    Bytes bytes;
    std::vector<std::uint32_t> starts; // where each line begins
    std::vector<Hyperlink> links;
    std::size_t link_bytes = 0;

    [[nodiscard]] std::string_view line(std::size_t index) const {
        const std::size_t from = starts[index];
        const std::size_t to = index + 1 < starts.size() ? starts[index + 1] : bytes.size();
        return {bytes.data() + from, to - from};
    }
    [[nodiscard]] std::size_t memory() const {
        return sizeof(Block) + bytes.size() + kBlockLines * sizeof(std::uint32_t) + link_bytes;
    }
};

} // namespace

// Line index is number skip + index of the blocks' lines, and every block but the last has
// kBlockLines.
struct History::Store {
    HistoryLimits limits;
    std::deque<Block> blocks;
    std::size_t skip = 0; // lines of the first block that were dropped
    std::size_t lines = 0;
    std::size_t closed_bytes = 0; // of all blocks but the last
    std::uint64_t dropped = 0;
    Block spare; // keeps the memory of a dropped block for the next one

    Block& open() {
        if (!blocks.empty() && blocks.back().starts.size() < kBlockLines)
            return blocks.back();
        std::size_t expected = 0;
        if (!blocks.empty()) {
            expected = blocks.back().bytes.size();
            blocks.back().bytes.shrink();
            closed_bytes += blocks.back().memory();
        }
        blocks.push_back(std::move(spare));
        spare = {};
        Block& block = blocks.back();
        block.bytes.clear();
        static_cast<void>(block.bytes.reserve(expected + expected / 8));
        block.starts.clear();
        block.starts.reserve(kBlockLines);
        block.links.clear();
        block.link_bytes = 0;
        return block;
    }

    [[nodiscard]] std::size_t bytes() const {
        return blocks.empty() ? 0 : closed_bytes + blocks.back().memory();
    }

    void drop_block() {
        const std::size_t gone = blocks.front().starts.size() - skip;
        lines -= gone;
        dropped += gone;
        skip = 0;
        if (blocks.size() > 1)
            closed_bytes -= blocks.front().memory();
        spare = std::move(blocks.front());
        blocks.pop_front();
    }

    void trim() {
        if (lines > limits.lines)
            drop_lines(lines - limits.lines);
        while (blocks.size() > 1 && bytes() > limits.bytes)
            drop_block();
    }

    void drop_lines(std::size_t excess) {
        lines -= excess;
        dropped += excess;
        skip += excess;
        while (!blocks.empty() && skip >= blocks.front().starts.size()) {
            const std::size_t rest = skip - blocks.front().starts.size();
            skip = blocks.front().starts.size();
            drop_block();
            skip = rest;
        }
    }

    void push(const LineView& line) {
        Block& block = open();
        const std::size_t links = block.links.size();
        block.starts.push_back(static_cast<std::uint32_t>(block.bytes.size()));
        encode_line(line, block.bytes, block.links);
        for (std::size_t index = links; index < block.links.size(); ++index) // new ones
            block.link_bytes +=
                sizeof(Hyperlink) + block.links[index].uri.size() + block.links[index].id.size();
        const bool full = block.starts.size() == kBlockLines;
        if (++lines > limits.lines)
            drop_lines(1); // perhaps this very block
        if (full)
            trim(); // the bytes are counted once a block
    }

    [[nodiscard]] LineView line(std::size_t index, LineBuffer& buffer) const {
        const std::size_t number = skip + index;
        const Block& block = blocks[number / kBlockLines];
        const std::string_view bytes = block.line(number % kBlockLines);
        ByteReader reader{bytes.data(), bytes.data() + bytes.size()};
        return decode_line(reader, block.links, kMaxDimension, buffer);
    }
};

History::History(HistoryLimits limits) : store_(std::make_unique<Store>()) {
    store_->limits = limits;
}
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

void History::push(const LineView& line) {
    store_->push(line);
}

void History::pop() {
    Store& store = *store_;
    if (store.lines == 0)
        return;
    Block& block = store.blocks.back();
    block.bytes.resize_down(block.starts.back());
    block.starts.pop_back();
    --store.lines;
    if (!block.starts.empty() && !(store.blocks.size() == 1 && store.lines == 0))
        return;
    store.blocks.pop_back();
    if (store.blocks.empty())
        store.skip = 0;
    else
        store.closed_bytes -= store.blocks.back().memory();
}

void History::clear() {
    Store& store = *store_;
    store.dropped += store.lines;
    store.lines = store.skip = store.closed_bytes = 0;
    store.blocks.clear();
    store.spare = {};
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
    store_ = std::move(target);
}

} // namespace berth::vt
