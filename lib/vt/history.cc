#include "vt/history.h"

#include <deque>

namespace berth::vt {

namespace {

struct Stored {
    std::vector<Cell> cells;
    Tables tables;
    bool wrapped = false;
    LineSize size = LineSize::single;
    Mark mark = Mark::none;
};

} // namespace

struct History::Store {
    HistoryLimits limits;
    std::deque<Stored> lines;
    std::uint64_t dropped = 0;
};

History::History(HistoryLimits limits) : store_(std::make_unique<Store>()) {
    store_->limits = limits;
}
History::~History() = default;
History::History(History&&) noexcept = default;
History& History::operator=(History&&) noexcept = default;

std::size_t History::lines() const {
    return store_->lines.size();
}
std::size_t History::bytes() const {
    return store_->lines.size() * sizeof(Stored);
}
std::uint64_t History::dropped() const {
    return store_->dropped;
}
HistoryLimits History::limits() const {
    return store_->limits;
}

LineView History::line(std::size_t index, LineBuffer& buffer) const {
    const Stored& stored = store_->lines[index];
    buffer.cells = stored.cells;
    buffer.tables = stored.tables;
    return {.cells = buffer.cells.data(),
            .tables = &buffer.tables,
            .used = static_cast<int>(buffer.cells.size()),
            .wrapped = stored.wrapped,
            .size = stored.size,
            .mark = stored.mark};
}

void History::push(const LineView& line) {
    store_->lines.push_back({.cells = {line.cells, line.cells + line.used},
                             .tables = *line.tables,
                             .wrapped = line.wrapped,
                             .size = line.size,
                             .mark = line.mark});
    set_limits(store_->limits);
}

void History::pop() {
    if (!store_->lines.empty())
        store_->lines.pop_back();
}

void History::clear() {
    store_->dropped += store_->lines.size();
    store_->lines.clear();
}

void History::set_limits(HistoryLimits limits) {
    store_->limits = limits;
    while (store_->lines.size() > limits.lines) {
        store_->lines.pop_front();
        ++store_->dropped;
    }
}

} // namespace berth::vt
