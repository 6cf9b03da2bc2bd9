// From bytes to characters, controls and sequences, and what of them is relayed.
//
// The input is relayed in slices as large as they can be: relay_from is where the slice begins that
// nobody has seen yet. A sequence that must not go out (or only changed) ends the slice before it
// and begins the next one after it. What is unfinished when the input ends is held and goes out, or
// not, with its end.
#include <cstring>

#include "vt/engine_inline.h"
#include "vt/unicode.h"

namespace berth::vt {

namespace {

constexpr char kEscape = '\x1b';
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool is_printable(char byte) {
    return byte >= ' ' && byte < '\x7f';
}

} // namespace

void Engine::write(std::string_view bytes, Sink& to) {
    if (bytes.empty())
        return;
    sink = &to;
    const char* from = bytes.data();
    const char* const end = from + bytes.size();
    relay_from = sequence = from;
    if (parser.state == ParserState::ground && parser.partial_size != 0)
        from = finish_character(from, end);
    while (from < end) {
        switch (parser.state) {
        case ParserState::ground:
            from = ground(from, end);
            break;
        case ParserState::text:
            from = string_step(from, end);
            break;
        default:
            from = step(from, end);
        }
    }
    relay_rest(end);
    sink = nullptr;
}

void Engine::flush(const char* end) {
    if (end > relay_from)
        sink->relay({relay_from, static_cast<std::size_t>(end - relay_from)});
    relay_from = end;
}

// At the end of the input: what is whole goes out, what is not is held.
void Engine::relay_rest(const char* end) {
    if (streaming && parser.state == ParserState::text_escape) {
        flush(end - 1);
        held = kEscape;
        return;
    }
    if (streaming || parser.at_ground()) {
        flush(end);
        return;
    }
    flush(sequence);
    const std::size_t room = kMaxHeld + 1 - std::min(held.size(), kMaxHeld + 1);
    const std::size_t length = static_cast<std::size_t>(end - sequence);
    if (length >= room && streamable()) {
        held.append(sequence, length);
        sink->relay(held);
        held.clear();
        streaming = true;
        return;
    }
    held.append(sequence, std::min(length, room)); // one byte too many says that it was too long
}

// A sequence (or character) ends here: it stays in the slice, or goes out changed, or not at all.
void Engine::finish(const char* end) {
    const std::size_t length = static_cast<std::size_t>(end - sequence);
    const bool fits = held.size() + length <= kMaxHeld || streamable();
    parser.state = ParserState::ground;
    if (streaming) {
        if (!held.empty()) { // an ESC that waited
            held.append(sequence, length);
            sink->relay(held);
            relay_from = end;
        }
        streaming = false;
    } else if (keep && fits && !parser.c1) {
        if (!held.empty()) {
            held.append(sequence, length);
            sink->relay(held);
            relay_from = end;
        }
    } else {
        if (held.empty())
            flush(sequence);
        if (keep && fits) { // C1 controls become those of 7 bits
            held.append(sequence, length);
            for (std::size_t place = 0; (place = held.find('\xc2', place)) != std::string::npos;) {
                const auto next = static_cast<unsigned char>(held[place + 1]);
                if (next >= 0x80 && next < 0xa0) {
                    held[place] = kEscape;
                    held[place + 1] = static_cast<char>(next - 0x40);
                }
                place += 2;
            }
            sink->relay(held);
        }
        if (!embedded.empty() && !keep)
            sink->relay(embedded);
        if (!substitute.empty())
            sink->relay(substitute);
        relay_from = end;
    }
    held.clear();
    embedded.clear();
    substitute.clear();
    parser.begin(); // at ground the parser is as new, however it came there
    parser.kind = StringKind::osc;
    parser.c1 = false;
    keep = true;
}

// The sequence is given up. `next` is the first byte that does not belong to it.
void Engine::cancel(const char* next, std::string_view relay_instead) {
    parser.text.clear();
    parser.overlong = false;
    if (streaming) {
        flush(next);
        sink->relay("\x18");
        streaming = false;
        held.clear();
        parser.begin();
        parser.kind = StringKind::osc;
        parser.c1 = false;
        parser.state = ParserState::ground;
        return;
    }
    keep = false;
    substitute = relay_instead;
    finish(next);
}

bool Engine::streamable() const {
    if (parser.state != ParserState::text && parser.state != ParserState::text_escape)
        return false;
    switch (parser.kind) {
    case StringKind::apc:
        return parser.text.starts_with('G') && !parser.overlong;
    case StringKind::osc:
        return parser.text.starts_with("1337;File=") || parser.text.starts_with("1337;FilePart=");
    case StringKind::dcs:
        return parser.final == 'q' && parser.intermediates[0] == 0 && parser.prefix == 0;
    default:
        return false;
    }
}

// The input begins within a character.
const char* Engine::finish_character(const char* from, const char* end) {
    std::array<char, 4> bytes = parser.partial;
    const int before = parser.partial_size;
    int count = before;
    for (const char* more = from; more < end && count < 4; ++more)
        bytes[at(count++)] = *more;
    const Decoded decoded = decode_utf8(bytes.data(), bytes.data() + count);
    if (decoded.status == Decoded::Status::incomplete) {
        parser.partial = bytes;
        parser.partial_size = static_cast<std::uint8_t>(count);
        return end;
    }
    parser.partial = {};
    parser.partial_size = 0;
    const char* next = from + (decoded.length - before);
    if (decoded.status == Decoded::Status::invalid) {
        print(0xfffd);
        cancel(next, kReplacement);
    } else if (decoded.code < 0xa0) {
        c1_control(decoded.code, from, next);
    } else {
        print(decoded.code);
        finish(next);
    }
    return next;
}

// A whole CSI sequence that is in the input: one pass over its bytes. Anything unusual is left to
// the state machine.
const char* Engine::csi_in_one(const char* from, const char* end) {
    begin_sequence(from);
    if (end - from < 3 || from[1] != '[')
        return from + 1;
    parser.begin();
    const char* place = from + 2;
    if (*place >= '<' && *place <= '?')
        parser.prefix = *place++;
    for (; place < end; ++place) {
        const char byte = *place;
        if (byte >= '0' && byte <= '9') {
            parser.params.digit(byte - '0');
        } else if (byte == ';' || byte == ':') {
            parser.params.separator(byte == ':');
        } else {
            break;
        }
    }
    while (place < end && *place >= ' ' && *place <= '/' && parser.intermediate(*place))
        ++place;
    if (place == end || *place < '@' || *place > '~') {
        parser.begin();
        return from + 1;
    }
    parser.final = *place++;
    dispatch_csi();
    finish(place);
    refresh_fast();
    return place;
}

void Engine::begin_sequence(const char* from) {
    sequence = from;
    parser.begin();
    parser.state = ParserState::escape;
    parser.c1 = false;
}

void Engine::begin_string(StringKind kind) {
    parser.state = ParserState::text;
    parser.kind = kind;
    parser.text.clear();
    parser.overlong = false;
    parser.bell = false;
}

// A C1 control, as it came in UTF-8 form (ECMA-48, 5.3): the same as ESC and a byte 0x40 lower.
void Engine::c1_control(char32_t code, const char* from, const char* next) {
    const std::string_view before = held;
    begin_sequence(before.empty() ? from : sequence);
    parser.c1 = true;
    step_escape(static_cast<char>(code - 0x40), next);
}

const char* Engine::step(const char* from, const char* end) {
    for (; from < end; ++from) {
        if (!step_byte(*from, from + 1))
            return from;
        if (parser.state == ParserState::ground || parser.state == ParserState::text)
            return from + 1;
    }
    return from;
}

// An ESC within a string ends it: with a backslash properly, with anything else another sequence
// begins.
bool Engine::step_text_escape(char byte, const char* next) {
    if (byte == '\\') {
        end_string(next);
        return true;
    }
    if (byte == kEscape && parser.kind == StringKind::dcs && parser.final == 't') {
        parser.text += kEscape; // DCS tmux; has every ESC of its text twice
        parser.state = ParserState::text;
        return true;
    }
    const bool here = next - 1 > sequence; // or was the ESC the last byte of the input before?
    const char* escape = here ? next - 2 : next - 1;
    cancel(escape, {});
    begin_sequence(escape);
    if (!here)
        held = kEscape;
    return step_byte(byte, next);
}

// False if the byte belongs to no sequence and is still to be handled, now at ground.
bool Engine::step_byte(char byte, const char* next) {
    if (parser.state == ParserState::text_escape)
        return step_text_escape(byte, next);
    if (byte < 0) {
        cancel(next - 1, {});
        return false;
    }
    if (byte == kEscape) {
        cancel(next - 1, {});
        begin_sequence(next - 1);
        return true;
    }
    if (byte == '\x18' || byte == '\x1a') { // CAN, SUB
        cancel(next, {});
        return true;
    }
    if (byte < ' ') {
        control(byte);
        if (keep && embedded.size() < kMaxEmbedded)
            embedded += byte;
        keep = true;
        return true;
    }
    if (byte != '\x7f')
        step_sequence(byte, next);
    return true;
}

void Engine::step_sequence(char byte, const char* next) {
    switch (parser.state) {
    case ParserState::escape:
    case ParserState::escape_intermediate:
        step_escape(byte, next);
        break;
    case ParserState::csi_entry:
    case ParserState::csi_param:
    case ParserState::csi_intermediate:
    case ParserState::csi_ignore:
        step_csi(byte, next);
        break;
    default:
        step_dcs(byte);
    }
}

void Engine::step_escape(char byte, const char* next) {
    if (byte >= ' ' && byte <= '/') {
        // Of more than two intermediates only the overflow matters: no sequence has them.
        if (!parser.intermediate(byte))
            parser.prefix = '!';
        parser.state = ParserState::escape_intermediate;
        return;
    }
    if (parser.state == ParserState::escape) {
        switch (byte) {
        case '[':
            parser.state = ParserState::csi_entry;
            return;
        case 'P':
            parser.state = ParserState::dcs_entry;
            return;
        case ']':
            begin_string(StringKind::osc);
            return;
        case '_':
            begin_string(StringKind::apc);
            return;
        case '^':
            begin_string(StringKind::pm);
            return;
        case 'X':
            begin_string(StringKind::sos);
            return;
        case 'k':
            begin_string(StringKind::title);
            return;
        default:
            break;
        }
    }
    dispatch_escape(byte);
    finish(next);
}

void Engine::step_csi(char byte, const char* next) {
    if (byte >= '@') {
        parser.final = byte;
        if (parser.state == ParserState::csi_ignore)
            keep = false;
        else
            dispatch_csi();
        finish(next);
        return;
    }
    if (parser.state == ParserState::csi_ignore)
        return;
    if (byte <= '/') {
        parser.state =
            parser.intermediate(byte) ? ParserState::csi_intermediate : ParserState::csi_ignore;
    } else if (parser.state == ParserState::csi_intermediate) {
        parser.state = ParserState::csi_ignore;
    } else if (byte <= '9') {
        parser.params.digit(byte - '0');
        parser.state = ParserState::csi_param;
    } else if (byte == ';' || byte == ':') {
        parser.params.separator(byte == ':');
        parser.state = ParserState::csi_param;
    } else if (parser.state == ParserState::csi_entry) {
        parser.prefix = byte;
        parser.state = ParserState::csi_param;
    } else {
        parser.state = ParserState::csi_ignore;
    }
}

// The introduction of a device control string; its end comes with ST.
void Engine::step_dcs(char byte) {
    if (byte >= '@') {
        const bool ignored = parser.state == ParserState::dcs_ignore;
        parser.final = byte;
        begin_string(StringKind::dcs);
        parser.overlong = ignored;
        return;
    }
    if (parser.state == ParserState::dcs_ignore)
        return;
    if (byte <= '/') {
        parser.state =
            parser.intermediate(byte) ? ParserState::dcs_intermediate : ParserState::dcs_ignore;
    } else if (parser.state == ParserState::dcs_intermediate) {
        parser.state = ParserState::dcs_ignore;
    } else if (byte <= '9') {
        parser.params.digit(byte - '0');
        parser.state = ParserState::dcs_param;
    } else if (byte == ';' || byte == ':') {
        parser.params.separator(byte == ':');
        parser.state = ParserState::dcs_param;
    } else if (parser.state == ParserState::dcs_entry) {
        parser.prefix = byte;
        parser.state = ParserState::dcs_param;
    } else {
        parser.state = ParserState::dcs_ignore;
    }
}

const char* Engine::string_step(const char* from, const char* end) {
    while (from < end) {
        const char* stop = from;
        while (stop < end && (is_printable(*stop) || (*stop < 0 && *stop != '\x9c')))
            ++stop;
        const std::size_t length = static_cast<std::size_t>(stop - from);
        if (length > 0 && !parser.overlong) {
            const std::size_t room = kMaxString - std::min(parser.text.size(), kMaxString);
            parser.text.append(from, std::min(length, room));
            parser.overlong = length > room;
        }
        from = stop;
        if (from == end)
            break;
        const char byte = *from++;
        if (byte == kEscape) {
            parser.state = ParserState::text_escape;
            return from;
        }
        if (byte == '\x18' || byte == '\x1a') {
            cancel(from, {});
            return from;
        }
        if (byte == '\x9c' && parser.text.ends_with('\xc2')) { // ST in UTF-8 form
            parser.text.pop_back();
            parser.c1 = true;
            end_string(from);
            return from;
        }
        if (byte == '\a' && parser.kind == StringKind::osc) {
            parser.bell = true;
            end_string(from);
            return from;
        }
        // Other controls: data of a DCS, ignored elsewhere (as xterm does).
        if ((byte == '\x9c' || parser.kind == StringKind::dcs) && !parser.overlong) {
            parser.overlong = parser.text.size() >= kMaxString;
            if (!parser.overlong)
                parser.text += byte;
        }
    }
    return from;
}

void Engine::end_string(const char* next) {
    keep = true;
    if (parser.overlong && !streamable())
        keep = false;
    else
        dispatch_string();
    finish(next);
    parser.text.clear();
    if (parser.text.capacity() > kMaxHeld)
        parser.text.shrink_to_fit();
    parser.overlong = false;
}

} // namespace berth::vt
