#include "keys/scan.h"

#include <algorithm>

namespace berth::keys {
namespace {

constexpr char kEsc = '\x1b';

Scan done(std::size_t size, Event event) {
    return {Scan::Result::Done, size, std::move(event)};
}

Scan partial() {
    return {Scan::Result::Partial, 0, {}};
}

Scan unknown(std::size_t size) {
    return done(size, {});
}

Scan key(std::size_t size, Key value) {
    Event event;
    event.kind = EventKind::Key;
    event.key = value;
    return done(size, std::move(event));
}

Scan meta(char character) {
    return key(2, Key(static_cast<std::uint8_t>(character), kMeta));
}

std::size_t utf8_size(std::uint8_t lead) {
    return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

bool utf8_unfinished(std::string_view input) {
    const auto lead = static_cast<std::uint8_t>(input[0]);
    return lead >= 0xc2 && lead <= 0xf4 && input.size() < utf8_size(lead) &&
           std::ranges::all_of(input.substr(1), [](char c) { return (c & 0xc0) == 0x80; });
}

Scan scan_utf8(std::string_view input, const ScanContext& context) {
    const auto point = first_utf8(input);
    if (point && point->value >= 0xa0)
        return key(point->size, Key(point->value));
    if (!point && utf8_unfinished(input) && !context.flushing)
        return partial();
    return unknown(point ? point->size : 1);
}

Scan scan_plain(std::string_view input, const ScanContext& context) {
    const auto byte = static_cast<std::uint8_t>(input[0]);
    if (byte == 0x7f || byte == context.backspace)
        return key(1, Key(Named::BSpace));
    if (byte < 0x20)
        return key(1, control_key(byte));
    if (byte < 0x80)
        return key(1, Key(byte));
    return scan_utf8(input, context);
}

// Longest match among the user's sequences; unfinished ones wait as any other.
std::optional<Scan> scan_user(std::string_view input, const ScanContext& context) {
    std::optional<Scan> best;
    for (std::size_t i = 0; context.user_keys && i < context.user_keys->size() && i < kUserKeys;
         i++) {
        const std::string& sequence = (*context.user_keys)[i];
        if (sequence.empty())
            continue;
        if (input.starts_with(sequence)) {
            const auto code = std::to_underlying(Named::User0) + static_cast<std::uint32_t>(i);
            if (!best || best->size < sequence.size())
                best = key(sequence.size(), Key(code));
        } else if (!best && !context.flushing && sequence.starts_with(input)) {
            return partial();
        }
    }
    return best;
}

// Whether what follows ESC ], ESC P or ESC _ is how a reply begins; typing M-] and going on is not.
bool reply_begins(std::string_view input) {
    const char first = input[2];
    const bool digit = first >= '0' && first <= '9';
    if (input[1] == ']')
        return digit;
    if (input[1] == '_')
        return first == 'G';
    return digit || std::string_view(">!$+|").contains(first);
}

Scan scan_string(std::string_view input, const ScanContext& context) {
    if (input.size() == 2)
        return context.flushing ? meta(input[1]) : partial();
    if (!reply_begins(input))
        return meta(input[1]);
    Event event;
    event.kind = EventKind::Reply;
    for (std::size_t i = 2; i < input.size(); i++) {
        i = input.find_first_of("\x07\x1b", i);
        if (i == std::string_view::npos)
            break;
        if (input[i] == '\x07')
            return done(i + 1, std::move(event));
        if (i + 1 == input.size())
            break;
        return input[i + 1] == '\\' ? done(i + 2, std::move(event)) : unknown(i);
    }
    if (input.size() > Decoder::kMaxReply)
        return {Scan::Result::TooLong, input.size(), {}};
    if (context.flushing)
        return {Scan::Result::GivenUp, input.size(), {}};
    return partial();
}

Scan scan_x10_mouse(std::string_view input, const ScanContext& context) {
    constexpr std::size_t kSize = 6;
    if (input.size() < kSize)
        return context.flushing ? unknown(input.size()) : partial();
    return done(kSize, x10_mouse_event(input.substr(3, 3)));
}

// The Linux console's F1 to F5: ESC [ [ A.
Scan scan_console(std::string_view input, const ScanContext& context) {
    if (input.size() == 3)
        return context.flushing ? meta('[') : partial();
    if (input[3] < 'A' || input[3] > 'E')
        return meta('[');
    return key(4, Key(std::to_underlying(Named::F1) + static_cast<std::uint32_t>(input[3] - 'A')));
}

bool csi_inner(char c) {
    return c >= 0x20 && c < 0x40;
}
bool csi_final(char c) {
    return c >= 0x40 && c < 0x7f;
}

// rxvt ends shifted keys with "$", which elsewhere is an intermediate: ESC [ 2 3 $.
bool rxvt_shift(std::string_view body) {
    return body.size() > 1 && body.back() == '$' &&
           std::ranges::all_of(body.substr(0, body.size() - 1),
                               [](char c) { return c >= '0' && c <= '9'; });
}

Scan scan_csi(std::string_view input, const ScanContext& context) {
    if (input.size() == 2)
        return context.flushing ? meta('[') : partial();
    if (input[2] == 'M')
        return scan_x10_mouse(input, context);
    if (input[2] == '[')
        return scan_console(input, context);
    std::size_t i = 2;
    while (i < input.size() && csi_inner(input[i]) && !rxvt_shift(input.substr(2, i - 1)))
        i++;
    if (i > Decoder::kMaxSequence)
        return {Scan::Result::TooLong, input.size(), {}};
    if (i == input.size())
        return context.flushing ? unknown(i) : partial();
    if (csi_final(input[i]) || input[i] == '$')
        return done(i + 1, csi_event(input.substr(2, i - 1), context));
    return i == 2 ? meta('[') : unknown(i);
}

Scan scan_ss3(std::string_view input, const ScanContext& context) {
    std::size_t i = 2;
    while (i < input.size() && i < 8 && ((input[i] >= '0' && input[i] <= '9') || input[i] == ';'))
        i++;
    if (i == input.size()) {
        if (!context.flushing)
            return partial();
        return i == 2 ? meta('O') : unknown(i);
    }
    Scan found = done(i + 1, ss3_event(input.substr(2, i - 1), context));
    return found.event.kind == EventKind::Unknown && i == 2 ? meta('O') : found;
}

Scan scan_escape(std::string_view input, const ScanContext& context);

// ESC before a key is Meta; ESC before anything else is Escape.
Scan scan_meta(std::string_view input, const ScanContext& context) {
    const std::string_view rest = input.substr(1);
    const bool sequence = rest[0] == kEsc;
    if (sequence && rest.size() == 1)
        return context.flushing ? key(2, Key(kEscape, kMeta)) : partial();
    if (sequence && rest[1] != '[' && rest[1] != 'O')
        return key(1, Key(kEscape));
    Scan found = sequence ? scan_escape(rest, context) : scan_plain(rest, context);
    if (found.result == Scan::Result::Partial)
        return found;
    if (found.result != Scan::Result::Done || found.event.kind != EventKind::Key ||
        (sequence && found.event.key.has(kMeta)))
        return key(1, Key(kEscape));
    found.event.key.modifiers |= kMeta;
    found.size++;
    return found;
}

Scan scan_escape(std::string_view input, const ScanContext& context) {
    if (input.size() == 1)
        return context.flushing ? key(1, Key(kEscape)) : partial();
    switch (input[1]) {
    case '[':
        return scan_csi(input, context);
    case 'O':
        return scan_ss3(input, context);
    case ']':
    case 'P':
    case '_':
        return scan_string(input, context);
    default:
        return scan_meta(input, context);
    }
}

} // namespace

Scan scan(std::string_view input, const ScanContext& context) {
    if (auto found = scan_user(input, context))
        return *found;
    return input[0] == kEsc ? scan_escape(input, context) : scan_plain(input, context);
}

} // namespace berth::keys
