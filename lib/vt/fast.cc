// What nearly all output is made of, with few instructions a byte: runs of printable ASCII, line
// ends, and control sequences that are whole and usual. Everything else goes the way of write.cc,
// and both ways lead to the same state. At ground nothing is held and the parser is as new, so a
// sequence that is handled here and relayed as it came needs no bookkeeping at all.
#include "vt/engine_inline.h"
#include "vt/handlers.h"

namespace berth::vt {

namespace {

constexpr char kEscape = '\x1b';

constexpr bool is_printable(char byte) {
    return byte >= ' ' && byte < '\x7f';
}

} // namespace

void Engine::refresh_fast() {
    fast_text = !modes.insert && modes.autowrap && plain_charset();
}

const char* Engine::ground(const char* from, const char* end) {
    refresh_fast();
    while (from < end) {
        const char byte = *from;
        if (is_printable(byte)) {
            from = text_fast(from, end);
        } else if (byte == '\r') {
            carriage_return();
            if (++from < end && *from == '\n') {
                ++from;
                line_feed();
            }
        } else if (byte == '\n') {
            ++from;
            line_feed();
        } else if (byte == kEscape) {
            from = csi_fast(from, end);
            if (parser.state != ParserState::ground)
                return from;
        } else if (byte < 0) {
            from = ground_utf8(from, end);
            if (parser.state != ParserState::ground)
                return from;
        } else if (byte == '\x7f') {
            ++from;
        } else {
            sequence = from++;
            control(byte);
            if (!keep)
                finish(from);
            refresh_fast();
        }
    }
    return from;
}

// Printable ASCII up to the end of the line at most.
const char* Engine::text_fast(const char* from, const char* end) {
    if (!fast_text) {
        const char* stop = kernels->skip_printable(from, end);
        put_ascii(from, static_cast<std::size_t>(stop - from));
        refresh_fast(); // a single shift is over
        return stop;
    }
    if (pen_dirty)
        refresh_pen();
    if (cursor.pending_wrap)
        wrap();
    Row& row = grid().row(cursor.row);
    const int column = cursor.column;
    const int limit = right_limit();
    const std::size_t room = at(limit - column + 1);
    if (row.used < column)
        extend(row, column);
    std::size_t count = 1;
    if (!row.ascii && row.used > column) { // wide characters may be cut
        const char* stop = kernels->skip_printable(
            from, from + std::min(room, static_cast<std::size_t>(end - from)));
        count = static_cast<std::size_t>(stop - from);
        static_cast<void>(open(row, column, static_cast<int>(count)));
    }
    Cell* cells = grid().cells(row) + column;
    if (end - from > 1 && is_printable(from[1]))
        count = kernels->print(from, end, room, cells, pen_bits);
    else
        *cells = Cell(pen_bits | static_cast<unsigned char>(*from));
    row.generation = ++generation;
    row.styled = row.styled || pen_bits != 0;
    last_printed = static_cast<unsigned char>(from[count - 1]);
    const int after = column + static_cast<int>(count);
    if (row.used < after)
        row.used = after;
    if (after == size.columns)
        row.wrapped = false;
    cursor.column = after;
    if (after > limit) {
        cursor.column = limit;
        cursor.pending_wrap = true;
    }
    return from + count;
}

// At an ESC. A CSI sequence of numbers, semicolons and a final byte is dispatched here.
const char* Engine::csi_fast(const char* from, const char* end) {
    constexpr std::ptrdiff_t kDigits = 7; // all such numbers are within Params' limits
    const char* place = from + 2;
    if (end - from < 3 || from[1] != '[')
        return csi_in_one(from, end);
    Params& params = parser.params;
    std::size_t count = 0;
    for (;; ++place, ++count) {
        const char* const number = place;
        std::int32_t value = 0;
        for (; place < end && *place >= '0' && *place <= '9'; ++place)
            value =
                static_cast<std::int32_t>(static_cast<std::uint32_t>(value) * 10U) + (*place - '0');
        if (place == end || place - number > kDigits || count == Params::kMax)
            return csi_in_one(from, end);
        params.values[count] = place == number ? Params::kOmitted : value;
        if (*place != ';') {
            count += count > 0 || place != number ? 1 : 0;
            break;
        }
    }
    const char final = *place;
    params.count = static_cast<std::int32_t>(count);
    if (!fast_csi(final)) {
        params.count = 0;
        return csi_in_one(from, end);
    }
    params.count = 0;
    return place + 1;
}

// Those that change neither modes nor margins, answer nothing and are relayed as they are.
bool Engine::fast_csi(char final) {
    switch (final) {
    case 'A':
        handlers::cursor_up(*this);
        return true;
    case 'B':
        handlers::cursor_down(*this);
        return true;
    case 'C':
        handlers::cursor_forward(*this);
        return true;
    case 'G':
        handlers::column_absolute(*this);
        return true;
    case 'H':
        move_to(parser.params.number(0) - 1, parser.params.number(1) - 1);
        return true;
    case 'J':
        handlers::erase_display(*this);
        return true;
    case 'K':
        handlers::erase_line(*this);
        return true;
    case 'X':
        handlers::erase_characters(*this);
        return true;
    case 'd':
        handlers::position_line(*this);
        return true;
    case 'm':
        handlers::graphic_rendition(*this);
        return true;
    default:
        return false;
    }
}

// The lines within the margins move up by one.
void Engine::scroll_line() {
    if (margins.left != 0 || margins.right != size.right()) {
        scroll_up(margins, 1, true);
        return;
    }
    Grid& screen = grid();
    if (margins.top == 0 && shown == Screen::main) {
        const Row& first = screen.row(0);
        if (first.is_plain())
            history.push_plain(screen.cells(first), first.used, first.wrapped);
        else
            history.push(screen.view(0, tables));
        ++scrolled;
    }
    if (margins.top == 0 && margins.bottom == size.bottom())
        screen.advance();
    else
        screen.rotate(margins.top, margins.bottom, 1);
    clear_row(screen.row(margins.bottom));
}

} // namespace berth::vt
