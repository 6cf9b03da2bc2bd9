// The numbers of a control sequence. Internal to lib/vt.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace berth::vt {

struct Params {
    static constexpr int kMax = 32;
    static constexpr std::int32_t kOmitted = -1;
    static constexpr std::int32_t kLargest = 99'999'999;

    std::array<std::int32_t, kMax> values{};
    std::uint32_t sub = 0; // bit n: values[n] follows a colon
    std::int32_t count = 0;
    bool full = false; // there were more: they are ignored

    void clear() {
        sub = 0;
        count = 0;
        full = false;
    }
    void digit(int value) {
        if (count == 0)
            open(false);
        if (full)
            return;
        std::int32_t& last = values[static_cast<std::size_t>(count - 1)];
        last = last < 0 ? value : std::min(last * 10 + value, kLargest / 10);
    }
    void separator(bool colon) {
        if (count == 0)
            open(false);
        open(colon);
    }
    [[nodiscard]] int get(int index, int fallback) const {
        return index < count && values[static_cast<std::size_t>(index)] >= 0
                   ? values[static_cast<std::size_t>(index)]
                   : fallback;
    }
    // A count: omitted and 0 mean 1.
    [[nodiscard]] int number(int index) const { return std::max(1, get(index, 1)); }
    [[nodiscard]] bool is_sub(int index) const { return index < count && (sub >> index & 1U) != 0; }

    bool operator==(const Params& other) const {
        return sub == other.sub && count == other.count && full == other.full &&
               std::equal(values.begin(), values.begin() + count, other.values.begin());
    }

  private:
    void open(bool colon) {
        full = count == kMax;
        if (full)
            return;
        values[static_cast<std::size_t>(count)] = kOmitted;
        if (colon)
            sub |= 1U << count;
        ++count;
    }
};

} // namespace berth::vt
