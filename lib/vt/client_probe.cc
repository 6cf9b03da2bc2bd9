#include "vt/client_probe.h"

#include <algorithm>
#include <charconv>

#include "vt/encode.h"

namespace berth::vt {

namespace {

// Terminals that print what they do not know, or stop at it.
constexpr std::string_view kShy[] = {"dumb",   "linux", "vt1", "vt2",    "vt5",  "ansi",
                                     "cons25", "sun",   "wy",  "cygwin", "eterm"};

constexpr int kProbedModes[] = {69, 1016, 2026, 2027, 2031, 2048};

// An ambiguous character; then clusters, of which unicode.h says how wide they are.
constexpr std::array<std::string_view, kWidthProbes> kTexts = {
    "\u00a7",                                     // section sign
    "\u2764\ufe0f",                               // a heart as an emoji
    "\U0001F468\u200d\U0001F469\u200d\U0001F467", // a family
    "\U0001F1E9\U0001F1EA",                       // a flag
    "\U0001F44B\U0001F3FD",                       // a hand of some colour
    "\u1112\u1161\u11ab",                         // a Hangul syllable in parts
    "\u0915\u094d\u0937\u093f",                   // Devanagari
    "\U0001FAE8",                                 // new in Unicode 15
};

struct ColorSlot {
    int number;
    std::optional<Rgb> ProbeResult::* value;
};
constexpr ColorSlot kColors[] = {
    {10, &ProbeResult::foreground}, {11, &ProbeResult::background}, {12, &ProbeResult::cursor}};

int number_at(const Reply& reply, std::size_t index) {
    return index < reply.numbers.size() ? reply.numbers[index] : -1;
}

} // namespace

const std::array<std::string_view, kWidthProbes>& width_probe_texts() {
    return kTexts;
}

std::optional<Rgb> parse_rgb_reply(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !text.starts_with("rgb"))
        return std::nullopt;
    text.remove_prefix(colon + 1);
    std::array<std::uint8_t, 3> parts{};
    for (std::uint8_t& part : parts) {
        const std::size_t digits = std::min(text.find('/'), text.size());
        unsigned value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value, 16);
        if (error != std::errc{} || end != text.data() + digits || digits > 4)
            return std::nullopt;
        part = static_cast<std::uint8_t>(value * 255 / ((1U << 4 * digits) - 1));
        text.remove_prefix(std::min(digits + 1, text.size()));
    }
    return Rgb{parts[0], parts[1], parts[2]};
}

ModeState ProbeResult::state(int mode) const {
    const auto found = std::ranges::find(modes, mode, &std::pair<int, ModeState>::first);
    return found == modes.end() ? ModeState::unknown : found->second;
}

bool ProbeResult::can_switch(int mode) const {
    return state(mode) == ModeState::set || state(mode) == ModeState::reset;
}

std::optional<Ambiguous> ProbeResult::ambiguous() const {
    if (widths[0] == 0)
        return std::nullopt;
    return widths[0] == 2 ? Ambiguous::wide : Ambiguous::narrow;
}

std::optional<bool> ProbeResult::measures_clusters() const {
    for (std::size_t index = 1; index < widths.size(); ++index) {
        if (widths[index] == 0)
            return std::nullopt;
        if (widths[index] != static_cast<int>(text_width(kTexts[index])))
            return false;
    }
    return true;
}

std::string ClientProbe::query() const {
    std::string out;
    const bool shy = std::ranges::any_of(
        kShy, [&](std::string_view name) { return options_.term.starts_with(name); });
    if (!shy) {
        out += "\x1b[>q\x1b[>c";
        for (const int mode : kProbedModes) {
            out += "\x1b[?";
            append_number(out, static_cast<unsigned>(mode));
            out += "$p";
        }
        out += "\x1b[?u\x1b]10;?\x1b\\\x1b]11;?\x1b\\\x1b]12;?\x1b\\\x1b[14t\x1b[16t\x1b[?996n";
    }
    if (!shy && options_.widths) {
        out += "\x1b"
               "7";
        for (const std::string_view text : kTexts) {
            out += '\r';
            out += text;
            out += "\x1b[?6n";
        }
        out += "\r\x1b[K\x1b"
               "8";
    }
    return out + "\x1b[c";
}

void ClientProbe::note(const Reply& reply) {
    const int first = number_at(reply, 0);
    switch (reply.kind) {
    case ReplyKind::version:
        result_.version = reply.text;
        return;
    case ReplyKind::primary_attributes:
        result_.primary = reply.numbers;
        result_.complete = true;
        return;
    case ReplyKind::secondary_attributes:
        result_.secondary = reply.numbers;
        return;
    case ReplyKind::mode:
        if (number_at(reply, 1) >= 0 && number_at(reply, 1) <= 4)
            result_.modes.emplace_back(first, static_cast<ModeState>(number_at(reply, 1)));
        return;
    case ReplyKind::keyboard:
        result_.keyboard = static_cast<std::uint8_t>(first);
        return;
    case ReplyKind::color:
        for (const ColorSlot& slot : kColors)
            if (slot.number == first)
                result_.*slot.value = parse_rgb_reply(reply.text);
        return;
    case ReplyKind::color_scheme:
        result_.dark = number_at(reply, 1) == 1;
        return;
    case ReplyKind::position:
        if (options_.widths && positions_ < kWidthProbes)
            result_.widths[positions_++] = std::max(0, number_at(reply, 1) - 1);
        return;
    case ReplyKind::window:
        if (first == 4 || first == 6) {
            (first == 4 ? result_.area_height : result_.cell_height) =
                std::max(0, number_at(reply, 1));
            (first == 4 ? result_.area_width : result_.cell_width) =
                std::max(0, number_at(reply, 2));
        }
        return;
    default:
        return;
    }
}

std::string ClientProbe::release() {
    done_ = true;
    return std::exchange(held_, {});
}

std::string ClientProbe::feed(std::string_view bytes) {
    const std::size_t before = replies_.size();
    filter_.feed(bytes, replies_, held_);
    for (std::size_t index = before; index < replies_.size(); ++index)
        note(replies_[index]);
    if (done_ || result_.complete || held_.size() > kMaxInputHeld)
        return release();
    return {};
}

std::string ClientProbe::expire() {
    return release();
}

std::string ClientProbe::flush() {
    filter_.flush(held_);
    return done_ ? release() : std::string();
}

} // namespace berth::vt
