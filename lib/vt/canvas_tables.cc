// CanvasTables of canvas.h.
#include <functional>
#include <unordered_map>

#include "vt/canvas.h"

namespace berth::vt {

namespace {

constexpr std::size_t kLargeStyles = 16384;
constexpr std::size_t kLargeTexts = 8192;
constexpr std::uint32_t kUnknown = ~0U;

struct StyleHash {
    std::size_t operator()(const Style& style) const {
        std::uint64_t hash = style.foreground.bits();
        hash = (hash << 32 | style.background.bits()) * 0x9E3779B97F4A7C15ULL;
        hash ^= (std::uint64_t{style.underline_color.bits()} << 32 | style.attributes) *
                0xC2B2AE3D27D4EB4FULL;
        return hash ^ hash >> 29;
    }
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>()(text);
    }
};

// What makes the foreground of a blank visible.
constexpr std::uint32_t kVisibleOnBlank = kInverse | kStrikethrough | kOverline | kUnderlineMask;

} // namespace

struct CanvasTables::Maps {
    Tables tables;
    std::unordered_map<Style, std::uint32_t, StyleHash> styles{{Style{}, 0}};
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> clusters;
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> links;
    std::vector<std::uint32_t> blanks{0}; // by style, kUnknown until asked
};

CanvasTables::CanvasTables() : maps_(std::make_unique<Maps>()) {}
CanvasTables::~CanvasTables() = default;

const Tables& CanvasTables::tables() const {
    return maps_->tables;
}

std::uint32_t CanvasTables::style(const Style& style) {
    const auto [at, added] =
        maps_->styles.try_emplace(style, static_cast<std::uint32_t>(maps_->tables.styles.size()));
    if (added) {
        maps_->tables.styles.push_back(style);
        maps_->blanks.push_back(kUnknown);
    }
    return at->second;
}

std::uint32_t CanvasTables::cluster(std::string_view text) {
    if (const auto at = maps_->clusters.find(text); at != maps_->clusters.end())
        return at->second;
    const auto number = static_cast<std::uint32_t>(maps_->tables.clusters.size());
    maps_->tables.clusters.emplace_back(text);
    maps_->clusters.emplace(text, number);
    return number;
}

std::uint32_t CanvasTables::link(const Hyperlink& link) {
    if (link.uri.empty())
        return 0;
    const std::string key = link.id + '\n' + link.uri;
    if (const auto at = maps_->links.find(key); at != maps_->links.end())
        return at->second;
    const auto number = static_cast<std::uint32_t>(maps_->tables.links.size());
    if (number >= Cell::kMaxLinks)
        return 0;
    maps_->tables.links.push_back(link);
    maps_->links.emplace(key, number);
    return number;
}

std::uint32_t CanvasTables::blank_style(std::uint32_t style) {
    std::uint32_t known = maps_->blanks[style];
    if (known == kUnknown) {
        const Style full = maps_->tables.styles[style];
        known = style;
        if ((full.attributes & kVisibleOnBlank) == 0)
            known = this->style(
                Style{.foreground = {}, .background = full.background, .underline_color = {}});
        maps_->blanks[style] = known;
    }
    return known;
}

Cell CanvasTables::adopt(Cell cell, const Tables& from) {
    std::uint64_t bits = cell.bits() & (3ULL << Cell::kWidthShift);
    if (cell.is_cluster())
        bits |= Cell::kClusterBit | cluster(from.clusters[cell.cluster()]);
    else
        bits |= cell.code_point();
    bits |= std::uint64_t{style(from.styles[cell.style()])} << Cell::kStyleShift;
    return Cell(bits | std::uint64_t{link(from.links[cell.link()])} << Cell::kLinkShift);
}

bool CanvasTables::large() const {
    return maps_->tables.styles.size() > kLargeStyles ||
           maps_->tables.clusters.size() > kLargeTexts || maps_->tables.links.size() > kLargeTexts;
}

} // namespace berth::vt
