#include "vt/snapshot.h"

#include <type_traits>
#include <utility>

#include "vt/charset.h"
#include "vt/line_codec.h"

namespace berth::vt {

namespace {

using ModeFlag = bool Modes::*;

constexpr std::array kModeFlags = std::to_array<ModeFlag>({
    &Modes::keyboard_locked,
    &Modes::insert,
    &Modes::local_echo,
    &Modes::newline,
    &Modes::application_cursor,
    &Modes::column_132,
    &Modes::smooth_scroll,
    &Modes::reverse_video,
    &Modes::origin,
    &Modes::autowrap,
    &Modes::auto_repeat,
    &Modes::print_form_feed,
    &Modes::print_extent,
    &Modes::allow_column_132,
    &Modes::more_fix,
    &Modes::national_charsets,
    &Modes::reverse_wrap,
    &Modes::reverse_wrap_extended,
    &Modes::application_keypad,
    &Modes::backarrow_sends_backspace,
    &Modes::left_right_margins,
    &Modes::sixel_display,
    &Modes::no_clear_on_column_change,
    &Modes::focus_events,
    &Modes::alternate_scroll,
    &Modes::scroll_on_output,
    &Modes::scroll_on_key,
    &Modes::meta_sends_eighth_bit,
    &Modes::meta_sends_escape,
    &Modes::delete_sends_del,
    &Modes::keep_selection,
    &Modes::urgent_on_bell,
    &Modes::raise_on_bell,
    &Modes::bracketed_paste,
    &Modes::synchronized,
    &Modes::grapheme_clusters,
    &Modes::color_scheme_updates,
    &Modes::in_band_resize,
    &Modes::c1_8bit,
});
// All members are bytes: the flags, two enumerations and two numbers.
static_assert(sizeof(Modes) == kModeFlags.size() + 4);

// Archive: how each type is written and read. One list of members serves both; `Out` says which
// way.
template <bool Out> class Archive {
  public:
    template <class T> using Ref = std::conditional_t<Out, const T&, T&>;

    Archive() = default;
    explicit Archive(ByteReader from) : reader(from) {}

    std::string out;
    ByteReader reader;

    template <class... T> void operator()(T&... values) { (value(values), ...); }

    [[nodiscard]] bool failed() const { return reader.failed; }
    void refuse_unless(bool fine) { reader.failed = reader.failed || !fine; }

    std::uint64_t number(std::uint64_t given, std::uint64_t most) {
        if constexpr (Out) {
            for (std::uint64_t rest = given;; rest >>= 7) {
                out += static_cast<char>(rest < 0x80 ? rest : rest | 0x80);
                if (rest < 0x80)
                    return given;
            }
        } else {
            const std::uint64_t read = reader.number();
            refuse_unless(read <= most);
            return failed() ? 0 : read;
        }
    }

    template <class T>
        requires std::is_integral_v<std::remove_const_t<T>>
    void value(T& given, std::uint64_t most = 0x7fffffff) {
        const auto all = static_cast<std::uint64_t>(given);
        const std::uint64_t read =
            number(all, std::is_same_v<std::remove_const_t<T>, bool> ? 1 : most);
        if constexpr (!Out)
            given = static_cast<T>(read);
    }
    template <class T>
        requires std::is_enum_v<std::remove_const_t<T>>
    void limited(T& given, std::remove_const_t<T> last) {
        const std::uint64_t read =
            number(static_cast<std::uint64_t>(given), static_cast<std::uint64_t>(last));
        if constexpr (!Out)
            given = static_cast<T>(read);
    }
    void value(Ref<std::uint64_t> given) {
        const std::uint64_t read = number(given, ~0ULL);
        if constexpr (!Out)
            given = read;
    }
    void text(Ref<std::string> given, std::size_t most) {
        const std::uint64_t size = number(given.size(), most);
        if constexpr (Out) {
            out += given;
        } else {
            given = reader.bytes(size);
        }
    }
    template <class T, class Each> void list(T& given, std::size_t most, Each&& each) {
        const std::uint64_t size = number(given.size(), most);
        if constexpr (!Out) {
            given.clear();
            for (std::uint64_t index = 0; index < size && !failed(); ++index) {
                given.emplace_back();
                each(given.back());
            }
        } else {
            for (auto& item : given)
                each(item);
        }
    }

    void value(Ref<Screen> given) { limited(given, Screen::alternate); }
    void value(Ref<Protection> given) { limited(given, Protection::dec); }
    void value(Ref<Mark> given) { limited(given, Mark::output); }
    void value(Ref<char32_t> given) {
        const std::uint64_t read = number(given, 0x10ffff);
        if constexpr (!Out)
            given = static_cast<char32_t>(read);
    }
    void value(Ref<char> given) {
        const std::uint64_t read = number(static_cast<unsigned char>(given), 255);
        if constexpr (!Out)
            given = static_cast<char>(read);
    }
    void value(Ref<Size> given) { (*this)(given.rows, given.columns); }
    void value(Ref<Cursor> given) {
        (*this)(given.row, given.column, given.pending_wrap, given.visible, given.blink,
                given.shape_set);
        limited(given.shape, CursorShape::bar);
    }
    void value(Ref<Margins> given) { (*this)(given.top, given.bottom, given.left, given.right); }
    void value(Ref<Color> given) {
        const std::uint64_t read = number(given.bits(), 0x2ffffff);
        if constexpr (!Out)
            given = Color::from_bits(static_cast<std::uint32_t>(read));
    }
    void value(Ref<Style> given) {
        (*this)(given.foreground, given.background, given.underline_color);
        value(given.attributes, 0x7fff);
        refuse_unless(given.underline() <= Underline::dashed);
    }
    void value(Ref<Pen> given) {
        (*this)(given.style, given.protect);
        text(given.link.id, kMaxLinkId);
        text(given.link.uri, kMaxUri);
    }
    void value(Ref<Charsets> given) {
        for (auto& charset : given.g) {
            (*this)(charset.name[0], charset.name[1], charset.size96);
            refuse_unless(is_known(charset));
        }
        value(given.gl, 3);
        value(given.gr, 3);
    }
    void value(Ref<SavedCursor> given) {
        (*this)(given.row, given.column, given.pending_wrap, given.origin, given.pen,
                given.charsets);
    }
    void value(Ref<std::array<SavedCursor, 2>> given) { (*this)(given[0], given[1]); }
    void value(Ref<std::vector<std::uint8_t>> given) {
        list(given, kMaxDimension, [this](auto& item) { value(item, 255); });
    }
    void value(Ref<std::array<std::vector<std::uint8_t>, 2>> given) {
        for (auto& stack : given)
            list(stack, kKittyStackDepth, [this](auto& item) { value(item, kKittyFlagsMask); });
    }
    void value(Ref<Modes> given) {
        for (const ModeFlag flag : kModeFlags)
            value(given.*flag);
        limited(given.mouse, MouseTracking::any);
        limited(given.mouse_encoding, MouseEncoding::sgr_pixels);
        value(given.modify_other_keys, 3);
        value(given.format_other_keys, 1);
    }
    void value(Ref<std::bitset<kModeSlots>> given) {
        const std::uint64_t read = number(given.to_ullong(), ~0ULL);
        if constexpr (!Out)
            given = std::bitset<kModeSlots>(read);
    }
    void value(Ref<std::string> given) { text(given, kMaxHeld + 1); }
    void value(Ref<std::vector<std::string>> given) {
        list(given, kMaxTitles, [this](auto& item) { text(item, kMaxTitle + 4); });
    }
    void value(Ref<Rgb> given) {
        value(given.red, 255);
        value(given.green, 255);
        value(given.blue, 255);
    }
    void value(Ref<Palette> given) {
        for (auto& color : given.colors)
            value(color);
        for (auto& color : given.special)
            value(color);
        for (auto& color : given.dynamic)
            value(color);
    }
    void value(Ref<std::vector<Palette>> given) {
        list(given, kMaxColorDepth, [this](auto& item) { value(item); });
    }
    void value(Ref<Params> given) {
        value(given.count, Params::kMax);
        for (int index = 0; index < given.count; ++index) {
            auto& number_at = given.values[at(index)];
            const std::uint64_t read =
                number(static_cast<std::uint64_t>(number_at) + 1, Params::kLargest + 1);
            if constexpr (!Out)
                number_at = static_cast<std::int32_t>(read) - 1;
        }
        value(given.sub, 0xffffffff);
        value(given.full);
    }
    void value(Ref<Parser> given) {
        limited(given.state, ParserState::text_escape);
        limited(given.kind, StringKind::title);
        (*this)(given.prefix, given.intermediates[0], given.intermediates[1], given.final, given.c1,
                given.bell, given.overlong, given.params);
        text(given.text, kMaxString);
        for (auto& byte : given.partial)
            value(byte);
        value(given.partial_size, 3);
    }
};

void write_line(std::string& out, const LineView& line) {
    Bytes bytes;
    std::vector<Hyperlink> links;
    encode_line(line, bytes, links);
    Bytes before;
    write_links(links, before);
    out.append(before.data(), before.size());
    out.append(bytes.data(), bytes.size());
}

LineView read_line(ByteReader& from, int columns, LineBuffer& buffer) {
    std::vector<Hyperlink> links;
    return read_links(from, at(columns), links) ? decode_line(from, links, columns, buffer)
                                                : LineView{};
}

bool on_screen(const State& state, int row, int column) {
    return row >= 0 && row < state.size.rows && column >= 0 && column < state.size.columns;
}

// What every state that was reached by bytes and sizes has.
bool is_valid(const State& state) {
    const Margins& margins = state.margins;
    const bool margins_fit = margins.top <= margins.bottom && margins.bottom < state.size.rows &&
                             margins.left <= margins.right && margins.right < state.size.columns;
    const bool sides_free = margins.left == 0 && margins.right == state.size.right();
    return margins_fit && (sides_free || state.modes.left_right_margins) &&
           state.tabs.size() == at(state.size.columns) &&
           on_screen(state, state.cursor.row, state.cursor.column) &&
           on_screen(state, state.saved[0].row, state.saved[0].column) &&
           on_screen(state, state.saved[1].row, state.saved[1].column) &&
           state.titles.size() == state.icon_names.size() &&
           (state.single_shift == 0 || state.single_shift == 2 || state.single_shift == 3) &&
           state.level >= 61 && state.level <= 65 &&
           state.working_directory.size() <= kMaxDirectory && state.title.size() <= kMaxTitle + 4 &&
           state.icon_name.size() <= kMaxTitle + 4 && state.pointer.size() <= kMaxPointer &&
           state.embedded.size() <= kMaxEmbedded &&
           (state.parser.partial_size == 0 || state.parser.state == ParserState::ground);
}

bool read_screens(Engine& e, ByteReader& reader) {
    LineBuffer buffer;
    for (Grid& grid : e.grids) {
        for (int row = 0; row < e.size.rows; ++row) {
            const LineView line = read_line(reader, e.size.columns, buffer);
            if (line.tables == nullptr)
                return false;
            e.import_line(grid, row, line);
        }
    }
    return true;
}

bool read_history(Engine& e, ByteReader& reader, std::span<const std::string_view> blocks) {
    const std::uint64_t apart = reader.number();
    const std::uint64_t skipped = reader.number();
    if (reader.failed || apart != blocks.size() || !e.history.adopt(blocks, skipped))
        return false;
    const std::uint64_t count = reader.number();
    LineBuffer buffer;
    for (std::uint64_t index = 0; index < count; ++index) {
        const LineView line = read_line(reader, kMaxDimension, buffer);
        if (line.tables == nullptr)
            return false;
        e.history.push(line);
    }
    return !reader.failed;
}

} // namespace

std::string write_snapshot(const Engine& engine, BlocksOfHistory how) {
    Archive<true> archive;
    archive.out = kSnapshotMagic;
    archive.number(kSnapshotVersion, kSnapshotVersion);
    const State& state = engine;
    State::visit(state, archive);
    std::string out = std::move(archive.out);
    for (const Grid& grid : engine.grids) {
        for (int row = 0; row < engine.size.rows; ++row)
            write_line(out, grid.view(row, engine.tables));
    }
    const History& history = engine.history;
    const bool apart = how == BlocksOfHistory::apart;
    const History::Blocks blocks = history.blocks();
    const std::size_t lines = apart ? history.open_lines() : history.lines();
    Archive<true> numbers;
    numbers.number(apart ? blocks.end - blocks.first : 0, ~0ULL);
    numbers.number(apart ? history.skipped_lines() : 0, ~0ULL);
    numbers.number(lines, ~0ULL);
    out += numbers.out;
    LineBuffer buffer;
    for (std::size_t index = history.lines() - lines; index < history.lines(); ++index)
        write_line(out, history.line(index, buffer));
    return out;
}

Result<void> read_snapshot(Engine& engine, std::string_view bytes,
                           std::span<const std::string_view> blocks) {
    const auto refuse = [](const char* what) {
        return fail(EINVAL, std::string("restore a terminal: ") + what);
    };
    if (!bytes.starts_with(kSnapshotMagic))
        return refuse("not a snapshot");
    bytes.remove_prefix(kSnapshotMagic.size());
    Archive<false> archive(ByteReader{bytes.data(), bytes.data() + bytes.size()});
    if (archive.reader.number() != kSnapshotVersion)
        return refuse("another version");
    State state;
    State::visit(state, archive);
    // A row takes at least three bytes, so a small snapshot cannot ask for a large screen.
    if (archive.failed() || state.size != clamped(state.size) ||
        archive.reader.left() / 6 < at(state.size.rows))
        return refuse("damaged state");
    if (!is_valid(state))
        return refuse("impossible state");
    Engine fresh(state.size, engine.config);
    static_cast<State&>(fresh) = std::move(state);
    fresh.generation = engine.generation;
    fresh.scrolled = engine.scrolled;
    fresh.history_generation = engine.history_generation + 1;
    fresh.history.begin_epoch_after(engine.history);
    fresh.pen_changed();
    if (!read_screens(fresh, archive.reader) || !read_history(fresh, archive.reader, blocks) ||
        archive.reader.left() != 0)
        return refuse("damaged lines");
    engine = std::move(fresh);
    return {};
}

namespace {

bool same_line(const LineView& left, const LineView& right) {
    if (left.wrapped != right.wrapped || left.size != right.size || left.mark != right.mark)
        return false;
    static constexpr std::uint64_t kOwn = // what means the same with any tables
        3ULL << Cell::kWidthShift | 7ULL << Cell::kMarkShift | Cell::kClusterBit;
    for (int column = 0; column < std::max(left.used, right.used); ++column) {
        const Cell one = left.cell(column);
        const Cell two = right.cell(column);
        const Hyperlink* first = left.link(column);
        const Hyperlink* second = right.link(column);
        if ((one.bits() & kOwn) != (two.bits() & kOwn) ||
            left.style(column) != right.style(column) ||
            (first == nullptr) != (second == nullptr) || (first != nullptr && *first != *second))
            return false;
        const bool same_content = one.is_cluster() ? left.tables->clusters[one.cluster()] ==
                                                         right.tables->clusters[two.cluster()]
                                                   : one.code_point() == two.code_point();
        if (!same_content)
            return false;
    }
    return true;
}

} // namespace

bool same_screens(const Engine& left, const Engine& right) {
    for (std::size_t screen = 0; screen < 2; ++screen) {
        for (int row = 0; row < left.size.rows; ++row) {
            if (!same_line(left.grids[screen].view(row, left.tables),
                           right.grids[screen].view(row, right.tables)))
                return false;
        }
    }
    if (left.history.lines() != right.history.lines())
        return false;
    LineBuffer one;
    LineBuffer two;
    for (std::size_t index = 0; index < left.history.lines(); ++index) {
        if (!same_line(left.history.line(index, one), right.history.line(index, two)))
            return false;
    }
    return true;
}

} // namespace berth::vt
