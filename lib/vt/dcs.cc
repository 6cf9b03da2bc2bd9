// Device control and application strings: DECRQSS, XTGETTCAP, DECRSPS, tmux's passthrough, images.
#include <charconv>

#include <fmt/format.h>

#include "vt/charset.h"
#include "vt/handlers.h"

namespace berth::vt::handlers {

namespace {

std::string style_of_cursor(const Engine& e) {
    const int base = e.cursor.shape == CursorShape::block       ? 1
                     : e.cursor.shape == CursorShape::underline ? 3
                                                                : 5;
    return fmt::format("{}", base + (e.cursor.blink ? 0 : 1));
}

struct Setting {
    std::string_view name; // of the control function, as DECRQSS names it
    std::string (*value)(const Engine& e);
};

constexpr std::array kSettings = std::to_array<Setting>({
    {"m", [](const Engine& e) { return rendition_text(e.pen.style); }},
    {"r",
     [](const Engine& e) { return fmt::format("{};{}", e.margins.top + 1, e.margins.bottom + 1); }},
    {"s",
     [](const Engine& e) { return fmt::format("{};{}", e.margins.left + 1, e.margins.right + 1); }},
    {"t", [](const Engine& e) { return fmt::format("{}", std::max(24, e.size.rows)); }},
    {"\"q",
     [](const Engine& e) {
         return std::string(e.pen.protect && e.protection == Protection::dec ? "1" : "0");
     }},
    {"\"p", [](const Engine& e) { return fmt::format("{};{}", e.level, e.modes.c1_8bit ? 0 : 1); }},
    {" q", style_of_cursor},
    {"$|", [](const Engine& e) { return fmt::format("{}", e.modes.column_132 ? 132 : 80); }},
    {"*|", [](const Engine& e) { return fmt::format("{}", e.size.rows); }},
    {"*x", [](const Engine& e) { return std::string(e.change_extent_rectangle ? "2" : "0"); }},
    {"$}", [](const Engine& /*e*/) { return std::string("0"); }},
    {"$~", [](const Engine& /*e*/) { return std::string("0"); }},
});

struct Capability {
    std::string_view name;
    std::string_view value; // empty: a flag
};

// What terminfo would say of the terminal, for the names that programs are known to ask for.
constexpr std::array kCapabilities = std::to_array<Capability>({
    {"TN", "berth"},
    {"name", "berth"},
    {"Co", "256"},
    {"colors", "256"},
    {"RGB", "8"},
    {"Tc", ""},
    {"Su", ""},
    {"Ms", "\x1b]52;%p1%s;%p2%s\a"},
    {"Se", "\x1b[2 q"},
    {"Ss", "\x1b[%p1%d q"},
    {"Smulx", "\x1b[4:%p1%dm"},
    {"Setulc", "\x1b[58:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m"},
    {"Sync", "\x1b[?2026%?%p1%{1}%-%tl%eh%;"},
    {"BE", "\x1b[?2004h"},
    {"BD", "\x1b[?2004l"},
    {"fe", "\x1b[?1004h"},
    {"fd", "\x1b[?1004l"},
    {"XM", "\x1b[?1006;1000%?%p1%{1}%=%th%el%;"},
    {"bce", ""},
    {"smxx", "\x1b[9m"},
    {"rmxx", "\x1b[29m"},
    {"setrgbf", "\x1b[38:2:%p1%d:%p2%d:%p3%dm"},
    {"setrgbb", "\x1b[48:2:%p1%d:%p2%d:%p3%dm"},
});

} // namespace

std::optional<std::string> from_hex(std::string_view hex) {
    std::string text;
    if (hex.size() % 2 != 0)
        return std::nullopt;
    for (std::size_t place = 0; place < hex.size(); place += 2) {
        std::uint8_t value = 0;
        const char* end = hex.data() + place + 2;
        if (std::from_chars(hex.data() + place, end, value, 16).ptr != end)
            return std::nullopt;
        text += static_cast<char>(value);
    }
    return text;
}

std::string to_hex(std::string_view text) {
    std::string hex;
    for (const char byte : text)
        hex += fmt::format("{:02X}", static_cast<unsigned char>(byte));
    return hex;
}

void status_string(Engine& e) {
    for (const Setting& setting : kSettings) {
        if (setting.name == e.parser.text) {
            e.reply_dcs(fmt::format("1$r{}{}", setting.value(e), setting.name));
            return;
        }
    }
    e.reply_dcs("0$r");
}

void capabilities(Engine& e) {
    std::string_view rest = e.parser.text;
    for (std::size_t count = 0; !rest.empty() && count < kMaxCapabilityQueries; ++count) {
        const std::string_view hex = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), hex.size() + 1));
        const auto name = from_hex(hex);
        const auto known = std::find_if(kCapabilities.begin(), kCapabilities.end(),
                                        [&](const Capability& each) { return name == each.name; });
        if (known == kCapabilities.end())
            e.reply_dcs(fmt::format("0+r{}", name ? hex : ""));
        else if (known->value.empty())
            e.reply_dcs(fmt::format("1+r{}", hex));
        else
            e.reply_dcs(fmt::format("1+r{}={}", hex, to_hex(known->value)));
    }
}

namespace {

std::optional<int> number(std::string_view& rest, char separator) {
    int value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error != std::errc() || value < 0)
        return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (!rest.empty()) {
        if (rest.front() != separator)
            return std::nullopt;
        rest.remove_prefix(1);
    }
    return value;
}

void restore_tabs(Engine& e) {
    std::vector<std::uint8_t> tabs(e.tabs.size());
    for (std::string_view rest = e.parser.text; !rest.empty();) {
        const auto column = number(rest, '/');
        if (!column)
            return;
        if (*column >= 1 && at(*column) <= tabs.size())
            tabs[at(*column) - 1] = 1;
    }
    e.tabs = tabs;
}

bool has_bit(char group, int bit) {
    return (group >> bit & 1) != 0;
}

void restore_attributes(Engine& e, std::string_view groups) {
    Style& style = e.pen.style;
    static constexpr std::uint32_t kUnderline = 1U << kUnderlineShift;
    style.attributes &= ~(kBold | kUnderlineMask | kBlink | kInverse);
    style.attributes |= (has_bit(groups[0], 0) ? std::uint32_t{kBold} : 0U) |
                        (has_bit(groups[0], 1) ? kUnderline : 0U) |
                        (has_bit(groups[0], 2) ? std::uint32_t{kBlink} : 0U) |
                        (has_bit(groups[0], 3) ? std::uint32_t{kInverse} : 0U);
    e.pen.protect = has_bit(groups[2], 0);
    e.modes.origin = has_bit(groups[4], 0);
    e.pen_changed();
}

void restore_charsets(Engine& e, char sizes, std::string_view names) {
    Charsets restored = e.charsets;
    for (std::size_t index = 0; index < restored.g.size(); ++index) {
        const std::size_t length = names.starts_with('%') || names.starts_with('"') ? 2 : 1;
        if (names.size() < length)
            return;
        Charset charset;
        charset.size96 = has_bit(sizes, static_cast<int>(index));
        charset.name = {names[0], length == 2 ? names[1] : '\0', '\0'};
        names.remove_prefix(length);
        if (is_known(charset))
            restored.g[index] = charset;
    }
    e.charsets.g = restored.g;
}

// The fields of DECCIR: row; column; page; rendition; protection; flags; GL; GR; sizes; names.
void restore_cursor_information(Engine& e) {
    std::string_view rest = e.parser.text;
    const auto row = number(rest, ';');
    const auto column = row ? number(rest, ';') : std::nullopt;
    const auto page = column ? number(rest, ';') : std::nullopt;
    if (!page || rest.size() < 6 || rest[1] != ';' || rest[3] != ';' || rest[5] != ';')
        return;
    const std::string_view groups = rest.substr(0, 5);
    const char flags = groups[4];
    rest.remove_prefix(6);
    const auto left = number(rest, ';');
    const auto right = left ? number(rest, ';') : std::nullopt;
    if (!right || *left > 3 || *right > 3 || rest.size() < 2 || rest[1] != ';')
        return;
    restore_attributes(e, groups);
    restore_charsets(e, rest[0], rest.substr(2));
    e.charsets.gl = static_cast<std::uint8_t>(*left);
    e.charsets.gr = static_cast<std::uint8_t>(*right);
    e.single_shift = has_bit(flags, 1) ? 2 : has_bit(flags, 2) ? 3 : 0;
    e.move_to(*row - 1, *column - 1);
    e.cursor.pending_wrap = has_bit(flags, 3) && e.cursor.column == e.right_limit();
}

} // namespace

void restore_presentation(Engine& e) {
    const int what = e.parser.params.get(0, 0);
    if (what == 1)
        restore_cursor_information(e);
    else if (what == 2)
        restore_tabs(e);
}

// DCS tmux; bytes ST: the final byte is the t, the rest of the word stands in the text.
void tmux_passthrough(Engine& e) {
    static constexpr std::string_view kWord = "mux;";
    if (!e.parser.text.starts_with(kWord)) {
        e.use(Feature::unknown_sequence);
        return;
    }
    if (e.held.empty())
        e.flush(e.sequence); // what came before it goes before it
    e.sink->passthrough(std::string_view(e.parser.text).substr(kWord.size()));
}

// Kitty graphics. A question (a=q) goes to no client: several would answer.
void application_string(Engine& e) {
    const std::string_view text = e.parser.text;
    e.keep = text.starts_with('G');
    if (!e.keep)
        return;
    e.use(Feature::kitty_graphics);
    const std::string_view keys = text.substr(1, text.find(';') - 1);
    if (keys.starts_with("a=q") || keys.find(",a=q") != std::string_view::npos)
        e.keep = false;
}

void sixel(Engine& /*e*/) {}

} // namespace berth::vt::handlers
