// Finds equal values in a growing table. Internal to lib/vt.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vt/cell.h"

namespace berth::vt {

struct StyleHash {
    std::size_t operator()(const Style& style) const {
        const auto bits = style.bits();
        std::uint64_t mixed = (bits[0] ^ bits[1] * 0xff51afd7ed558ccdULL) * 0x9e3779b97f4a7c15ULL;
        mixed = (mixed ^ mixed >> 32) * 0xc2b2ae3d27d4eb4fULL;
        return static_cast<std::size_t>(mixed >> 32);
    }
};
struct LinkHash {
    std::size_t operator()(const Hyperlink& link) const {
        return std::hash<std::string>()(link.uri) * 31 + std::hash<std::string>()(link.id);
    }
};

template <class T, class Hash> class Interner {
  public:
    // The index of an equal item, or of a copy appended to the items; nothing if there are `limit`
    // already.
    template <class Key>
    std::optional<std::uint32_t> intern(std::vector<T>& items, const Key& key, std::size_t limit) {
        return intern(items, key, limit, Hash()(key));
    }
    template <class Key>
    std::optional<std::uint32_t> intern(std::vector<T>& items, const Key& key, std::size_t limit,
                                        std::size_t hash) {
        if (items.size() * 2 >= slots_.size())
            rebuild(items, items.size() * 4 + 64);
        const std::size_t mask = slots_.size() - 1;
        std::size_t slot = hash & mask;
        for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
            if (items[slots_[slot] - 1] == key)
                return slots_[slot] - 1;
        }
        if (items.size() >= limit)
            return std::nullopt;
        items.emplace_back(key);
        slots_[slot] = static_cast<std::uint32_t>(items.size());
        return slots_[slot] - 1;
    }

    void rebuild(const std::vector<T>& items, std::size_t wanted = 64) {
        std::size_t size = 64;
        while (size < wanted || size < items.size() * 3)
            size *= 2;
        slots_.assign(size, 0);
        for (std::size_t index = 0; index < items.size(); ++index) {
            std::size_t slot = Hash()(items[index]) & (size - 1);
            while (slots_[slot] != 0)
                slot = (slot + 1) & (size - 1);
            slots_[slot] = static_cast<std::uint32_t>(index + 1);
        }
    }

  private:
    std::vector<std::uint32_t> slots_; // index + 1; 0 is free
};

} // namespace berth::vt
