// Printing: characters to cells, wrapping, combining, and the tables of styles, clusters and links.
#include "vt/charset.h"
#include "vt/engine_inline.h"
#include "vt/unicode.h"

namespace berth::vt {

namespace {

template <class Keep> void for_each_cell(std::array<Grid, 2>& grids, Keep&& keep) {
    for (Grid& grid : grids) {
        for (int row = 0; row < grid.size().rows; ++row) {
            Cell* cells = grid.cells(grid.row(row));
            for (int column = 0; column < grid.row(row).used; ++column)
                keep(cells[column]);
        }
    }
}

// Keeps the marked items, in order; returns where each one went.
template <class T>
std::vector<std::uint32_t> compact(std::vector<T>& items, const std::vector<bool>& marked) {
    std::vector<std::uint32_t> moved(items.size());
    std::size_t kept = 0;
    for (std::size_t index = 0; index < items.size(); ++index) {
        moved[index] = static_cast<std::uint32_t>(kept);
        if (!marked[index])
            continue;
        if (kept != index)
            items[kept] = std::move(items[index]);
        ++kept;
    }
    items.resize(kept);
    return moved;
}

using detail::kStyleMask;
constexpr std::size_t kFewStyles = 4096;
constexpr std::uint64_t kLinkMask = std::uint64_t{Cell::kMaxLinks - 1} << Cell::kLinkShift;

} // namespace

void Engine::sweep_styles() {
    std::vector<bool> marked(tables.styles.size());
    marked[0] = true;
    for_each_cell(grids, [&](Cell& cell) { marked[cell.style()] = true; });
    const auto moved = compact(tables.styles, marked);
    for_each_cell(grids, [&](Cell& cell) {
        cell = Cell((cell.bits() & ~kStyleMask) | std::uint64_t{moved[cell.style()]}
                                                      << Cell::kStyleShift);
    });
    style_index.rebuild(tables.styles);
    known_styles.forget();
    pen_changed();
    style_limit = std::clamp(tables.styles.size() * 2, kFewStyles, std::size_t{Cell::kMaxStyles});
    ++sweeps;
}

void Engine::sweep_links() {
    std::vector<bool> marked(tables.links.size());
    marked[0] = true;
    for_each_cell(grids, [&](Cell& cell) { marked[cell.link()] = true; });
    const auto moved = compact(tables.links, marked);
    for_each_cell(grids, [&](Cell& cell) {
        cell = Cell((cell.bits() & ~kLinkMask) | std::uint64_t{moved[cell.link()]}
                                                     << Cell::kLinkShift);
    });
    link_bytes = 0;
    for (const Hyperlink& link : tables.links)
        link_bytes += link.uri.size() + link.id.size() + sizeof link;
    link_index.rebuild(tables.links);
    pen_changed();
    ++sweeps;
}

void Engine::sweep_clusters() {
    std::vector<bool> marked(tables.clusters.size());
    for_each_cell(grids, [&](Cell& cell) {
        if (cell.is_cluster())
            marked[cell.cluster()] = true;
    });
    const auto moved = compact(tables.clusters, marked);
    for_each_cell(grids, [&](Cell& cell) {
        if (cell.is_cluster())
            cell = Cell((cell.bits() & ~Cell::kContentMask) | moved[cell.cluster()]);
    });
    cluster_index.rebuild(tables.clusters);
    joins.forget();
    last_content = kNoContent;
    ++sweeps;
}

// The index of the style; 0 if more are on the screens than can be told apart. The table is swept
// early, since it serves best while it fits into a cache.
std::uint32_t Engine::intern_style(Style style) {
    const std::size_t hash = StyleHash()(style);
    KnownStyle& known = known_styles.slot(hash);
    if (known.style == style)
        return known.index;
    if (tables.styles.size() >= style_limit)
        sweep_styles();
    known = {style, style_index.intern(tables.styles, style, Cell::kMaxStyles, hash).value_or(0)};
    return known.index;
}

std::uint32_t Engine::intern_link(const Hyperlink& link) {
    if (link.uri.empty())
        return 0;
    const std::size_t bytes = link.uri.size() + link.id.size() + sizeof link;
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (link_bytes + bytes <= kMaxLinkBytes) {
            const std::size_t before = tables.links.size();
            if (const auto index = link_index.intern(tables.links, link, Cell::kMaxLinks)) {
                link_bytes += tables.links.size() > before ? bytes : 0;
                return *index;
            }
        }
        if (attempt == 0)
            sweep_links();
    }
    return 0;
}

// The index of the cluster, or kMaxClusters if there is no room.
std::uint32_t Engine::intern_cluster(const std::string& text) {
    if (const auto index = cluster_index.intern(tables.clusters, text, kMaxClusters))
        return *index;
    sweep_clusters();
    return cluster_index.intern(tables.clusters, text, kMaxClusters)
        .value_or(static_cast<std::uint32_t>(kMaxClusters));
}

void Engine::refresh_pen() {
    for (int round = 0; round < 2; ++round) {
        const std::uint64_t before = sweeps;
        pen_bits = std::uint64_t{intern_style(pen.style)} << Cell::kStyleShift |
                   static_cast<std::uint64_t>(mark) << Cell::kMarkShift |
                   (pen.protect ? Cell::kProtectedBit : 0);
        if (!pen.link.uri.empty())
            pen_bits |= std::uint64_t{intern_link(pen.link)} << Cell::kLinkShift;
        // A sweep renumbers what was interned before it, once: the second round finds everything in
        // place.
        if (before == sweeps)
            break;
    }
    pen_dirty = false;
}

void Engine::refresh_erase() {
    erase_bits_ = 0;
    if (!pen.style.background.is_default()) {
        Style erased;
        erased.background = pen.style.background;
        erase_bits_ = std::uint64_t{intern_style(erased)} << Cell::kStyleShift;
    }
    erase_dirty = false;
}

void Engine::wrap() {
    grid().row(cursor.row).wrapped = margins.left == 0 && cursor.column == line_right(cursor.row);
    cursor.pending_wrap = false;
    index(); // from where the cursor is: right of the margins nothing scrolls
    cursor.column = margins.left;
}

void Engine::write_run(const char* text, int count) {
    if (pen_dirty)
        refresh_pen();
    Row& row = grid().row(cursor.row);
    Cell* cells = open(row, cursor.column, count);
    kernels->print(text, text + count, at(count), cells, pen_bits);
    cursor.column += count;
}

void Engine::put_ascii(const char* text, std::size_t length) {
    if (modes.insert || !plain_charset()) {
        for (std::size_t index = 0; index < length; ++index)
            print(translate(text[index]));
        return;
    }
    last_printed = static_cast<unsigned char>(text[length - 1]);
    while (length > 0) {
        if (cursor.pending_wrap && modes.autowrap)
            wrap();
        cursor.pending_wrap = false;
        const int limit = right_limit();
        const std::size_t room = at(limit - cursor.column + 1);
        std::size_t count = std::min(length, room);
        if (!modes.autowrap && length > room) { // all but the last of the rest are overwritten
            write_run(text, static_cast<int>(room));
            cursor.column = limit;
            text += length - 1;
            length = count = 1;
        }
        write_run(text, static_cast<int>(count));
        if (cursor.column > limit) {
            cursor.column = limit;
            cursor.pending_wrap = true;
        }
        text += count;
        length -= count;
    }
}

void Engine::print(char32_t code) {
    if (code < 0x80) {
        const char byte = static_cast<char>(code);
        if (!modes.insert && plain_charset()) {
            put_ascii(&byte, 1);
            return;
        }
        print_wide_or_narrow(code, 1);
        return;
    }
    print(code, unicode_properties(code));
}

void Engine::print(char32_t code, std::uint8_t properties) {
    const bool ambiguous = config.ambiguous_wide && (properties & 0x40) != 0;
    const int columns = ambiguous ? 2 : properties >> 4 & 3;
    const bool may_join = columns == 0 || (modes.grapheme_clusters && (properties & 15) != 0);
    if (may_join && combine(code))
        return;
    if (columns != 0)
        print_wide_or_narrow(code, columns);
}

void Engine::print_wide_or_narrow(char32_t code, int columns) {
    last_printed = code;
    single_shift = 0;
    if (cursor.pending_wrap && modes.autowrap)
        wrap();
    cursor.pending_wrap = false;
    int limit = right_limit();
    if (columns == 2 && cursor.column == limit) {
        if (limit == 0 || (cursor.column == margins.left && modes.autowrap))
            return; // there is no room for it anywhere
        if (modes.autowrap) {
            Row& row = grid().row(cursor.row);
            *open(row, cursor.column, 1) =
                Cell(erase_bits() | static_cast<std::uint64_t>(Width::spacer) << Cell::kWidthShift);
            row.ascii = false;
            wrap();
            limit = right_limit();
            if (cursor.column >= limit)
                return;
        } else {
            --cursor.column;
        }
    }
    if (modes.insert && cursor.column >= margins.left && cursor.column <= margins.right)
        insert_cells(cursor.row, cursor.column, limit, columns);
    if (pen_dirty)
        refresh_pen();
    Row& row = grid().row(cursor.row);
    Cell* cells = open(row, cursor.column, columns);
    cells[0] = Cell(pen_bits | code |
                    static_cast<std::uint64_t>(columns == 2 ? Width::wide : Width::narrow)
                        << Cell::kWidthShift);
    row.ascii = row.ascii && code < 0x80;
    if (columns == 2) {
        cells[1] = Cell(pen_bits | static_cast<std::uint64_t>(Width::tail) << Cell::kWidthShift);
        use(Feature::wide_character);
    }
    cursor.column += columns;
    if (cursor.column > limit) {
        cursor.column = limit;
        cursor.pending_wrap = true;
    }
}

// Where the segmentation of a cell's text stands at its end.
GraphemeState Engine::state_of(std::uint64_t content) {
    if (content == last_content)
        return last_state;
    GraphemeState state;
    if ((content & Cell::kClusterBit) == 0) {
        const auto code = static_cast<char32_t>(content & Cell::kContentMask);
        static_cast<void>(breaks_before(state, code == 0 ? U' ' : code));
        return state;
    }
    for (std::string_view rest = tables.clusters[content & Cell::kContentMask]; !rest.empty();)
        static_cast<void>(breaks_before(state, take_code_point(rest)));
    return state;
}

// The cluster that a cell's text and one more code point make; nullptr if it would be too long, or
// there is no room for another one.
const Engine::Join* Engine::join(std::uint64_t content, char32_t code) {
    const std::uint64_t key = join_key(content, code);
    Join& known = joins.slot(join_slot(key));
    if (known.key == key)
        return &known;
    std::string text;
    const auto before = static_cast<char32_t>(content & Cell::kContentMask);
    if ((content & Cell::kClusterBit) != 0)
        text = tables.clusters[before];
    else
        append_utf8(before == 0 ? U' ' : before, text);
    append_utf8(code, text);
    if (text.size() > kMaxClusterBytes)
        return nullptr;
    const std::uint64_t before_sweep = sweeps;
    const std::uint32_t cluster = intern_cluster(text);
    if (cluster == kMaxClusters)
        return nullptr;
    const bool may_widen = code == 0xfe0f || width(code) != 0;
    known = {sweeps == before_sweep ? key : kNoContent, // the content has another number now
             cluster, may_widen && text_width(text) == 2};
    return &known;
}

// Adds the code point to the character before the cursor. False if it begins a character of its
// own.
bool Engine::combine(char32_t code) {
    Row& row = grid().row(cursor.row);
    int column = cursor.pending_wrap ? cursor.column : cursor.column - 1;
    if (column < 0 || column >= row.used)
        return false;
    Cell* cells = grid().cells(row);
    if (cells[column].width() == Width::tail && column > 0)
        --column;
    if (cells[column].empty()) // written or not, there is nothing to combine with
        return false;
    GraphemeState state;
    if (modes.grapheme_clusters) {
        state = state_of(cells[column].bits() & (Cell::kContentMask | Cell::kClusterBit));
        if (breaks_before(state, code))
            return false;
    }
    const Join* joined =
        join(cells[column].bits() & (Cell::kContentMask | Cell::kClusterBit), code);
    if (joined == nullptr)
        return true;
    use(Feature::cluster);
    const Cell before = cells[column]; // and not earlier: clusters may have been swept
    const std::uint64_t content = Cell::kClusterBit | joined->cluster;
    std::uint64_t bits = (before.bits() & ~(Cell::kContentMask | Cell::kClusterBit)) | content;
    if (modes.grapheme_clusters) {
        last_content = content;
        last_state = state;
    }
    const bool widens = modes.grapheme_clusters && joined->wide &&
                        before.width() == Width::narrow && column + 1 == cursor.column &&
                        cursor.column <= right_limit();
    row.ascii = false;
    if (widens) {
        bits |= static_cast<std::uint64_t>(Width::wide) << Cell::kWidthShift;
        Cell* tail = open(row, cursor.column, 1);
        *tail = Cell((before.bits() & (kStyleMask | kLinkMask | Cell::kProtectedBit)) |
                     static_cast<std::uint64_t>(Width::tail) << Cell::kWidthShift);
        if (cursor.column == right_limit())
            cursor.pending_wrap = true;
        else
            ++cursor.column;
    }
    cells[column] = Cell(bits);
    touch(row);
    return true;
}

bool Engine::plain_charset() const {
    return single_shift == 0 && is_ascii(charsets.g[charsets.gl], modes.national_charsets);
}

char32_t Engine::translate(char byte) {
    const std::size_t set = single_shift != 0 ? single_shift : charsets.gl;
    single_shift = 0;
    return vt::translate(charsets.g[set], modes.national_charsets, byte);
}

} // namespace berth::vt
