// The parts of a line before they are put in their places: read from the text by parse_parts,
// placed by place_parts. Of draw.cc.
#pragma once

#include "format/draw.h"

#include <array>
#include <optional>

namespace berth::format {

struct Part {
    std::vector<DrawnCell> cells;
    std::vector<DrawnRange> ranges; // in columns of the part

    [[nodiscard]] unsigned width() const { return static_cast<unsigned>(cells.size()); }
};

enum class PartName : std::uint8_t {
    left,
    centre,
    right,
    absolute,
    list,
    left_marker,
    right_marker,
    after
};

struct Parts {
    std::array<Part, 8> parts;
    Align list_align = Align::standard; // standard: there is no list to be drawn
    std::optional<unsigned> focus_begin;
    std::optional<unsigned> focus_end;
    Colour fill{Colour::Kind::unset, 0};
    std::vector<std::string> links;

    [[nodiscard]] Part& operator[](PartName name) { return parts[static_cast<std::size_t>(name)]; }
    [[nodiscard]] const Part& operator[](PartName name) const {
        return parts[static_cast<std::size_t>(name)];
    }
};

// Nothing if a style is not closed: such a text is not drawn.
[[nodiscard]] std::optional<Parts> parse_parts(std::string_view text, const Pen& base,
                                               const WidthFunction& columns);

void place_parts(const Parts& parts, Drawing& drawing);

} // namespace berth::format
