// Operating system commands (ctlseqs, "Operating System Commands"; OSC 7, 8, 9, 22, 66, 99, 133,
// 777, 1337 by their own specifications).
#include <charconv>

#include <fmt/format.h>

#include "vt/color.h"
#include "vt/handlers.h"
#include "vt/unicode.h"

namespace berth::vt::handlers {

namespace {

// Takes the part up to the next semicolon off the text.
std::string_view take(std::string_view& text) {
    const std::string_view part = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    return part;
}

std::optional<int> to_number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0)
        return std::nullopt;
    return value;
}

// Well-formed UTF-8 without controls?
bool is_clean(std::string_view text) {
    for (std::size_t place = 0; place < text.size();) {
        const Decoded decoded = decode_utf8(text.data() + place, text.data() + text.size());
        if (decoded.status != Decoded::Status::valid || decoded.code < 0x20 ||
            (decoded.code >= 0x7f && decoded.code < 0xa0))
            return false;
        place += at(decoded.length);
    }
    return true;
}

// The text as a title may be shown anywhere: no controls, well-formed, bounded.
std::string cleaned(std::string_view text) {
    std::string clean;
    while (!text.empty() && clean.size() < kMaxTitle) {
        const char32_t code = take_code_point(text);
        if (code >= 0x20 && (code < 0x7f || code >= 0xa0))
            append_utf8(code, clean);
    }
    return clean;
}

void title(Engine& e, int number, std::string_view given) {
    std::string text(given.substr(0, kMaxTitle * 2));
    if (e.title_set_hex) { // the client's terminal is not told of the mode
        e.keep = false;
        const auto plain = from_hex(text);
        if (!plain)
            return;
        text = *plain;
    }
    if (number != 1) {
        e.title = cleaned(text);
        e.sink->title_changed();
    }
    if (number != 2) {
        e.icon_name = cleaned(text);
        e.sink->icon_name_changed();
    }
}

// A colour is set or asked for. `name` is how the report begins: "4;17".
void color(Engine& e, Rgb& entry, std::string_view name, std::string_view spec) {
    if (spec == "?") {
        e.keep = false;
        e.reply_osc(fmt::format("{};{}", name, color_text(entry)));
    } else if (const auto parsed = parse_color(spec)) {
        entry = *parsed;
    }
}

// OSC 4 and 5: pairs of index and colour. Indices of 4 beyond 255 are those of 5.
void indexed_colors(Engine& e, int number, std::string_view text) {
    e.use(Feature::palette_change);
    while (!text.empty()) {
        const auto index = to_number(take(text));
        const std::string_view spec = take(text);
        const int limit = number == 4 ? 256 : 0;
        if (!index || *index >= limit + static_cast<int>(kSpecialColors))
            return;
        Rgb& entry =
            *index < limit ? e.palette.colors[at(*index)] : e.palette.special[at(*index - limit)];
        color(e, entry, fmt::format("{};{}", number, *index), spec);
    }
    e.sink->colors_changed();
}

// OSC 10 to 19: further colours go to the numbers that follow.
void dynamic_colors(Engine& e, int number, std::string_view text) {
    e.use(Feature::dynamic_color_change);
    for (; number < 10 + static_cast<int>(kDynamicColors) && !text.empty(); ++number)
        color(e, e.palette.dynamic[at(number - 10)], fmt::format("{}", number), take(text));
    e.sink->colors_changed();
}

void reset_indexed_colors(Engine& e, int number, std::string_view text) {
    const int limit = number == 104 ? 256 : 0;
    if (text.empty()) {
        if (number == 104)
            e.palette.colors = e.config.palette.colors;
        else
            e.palette.special = e.config.palette.special;
    }
    while (!text.empty()) {
        const auto index = to_number(take(text));
        if (!index)
            return;
        if (*index < limit)
            e.palette.colors[at(*index)] = e.config.palette.colors[at(*index)];
        else if (*index < limit + static_cast<int>(kSpecialColors))
            e.palette.special[at(*index - limit)] = e.config.palette.special[at(*index - limit)];
    }
    e.sink->colors_changed();
}

void reset_dynamic_color(Engine& e, int number, std::string_view /*text*/) {
    const std::size_t index = at(number - 110);
    e.palette.dynamic[index] = e.config.palette.dynamic[index];
    e.sink->colors_changed();
}

void working_directory(Engine& e, int /*number*/, std::string_view text) {
    if (text.size() > kMaxDirectory || !is_clean(text)) {
        e.keep = false;
        return;
    }
    e.use(Feature::working_directory);
    e.working_directory = text;
    e.sink->working_directory_changed();
}

void hyperlink(Engine& e, int /*number*/, std::string_view text) {
    e.use(Feature::hyperlink);
    std::string_view parameters = take(text);
    e.pen_changed();
    e.pen.link = {};
    if (text.empty() || text.size() > kMaxUri || !is_clean(text))
        return;
    e.pen.link.uri = text;
    while (!parameters.empty()) {
        const std::string_view part = parameters.substr(0, parameters.find(':'));
        parameters.remove_prefix(std::min(parameters.size(), part.size() + 1));
        if (part.starts_with("id="))
            e.pen.link.id = part.substr(3, kMaxLinkId);
    }
}

// OSC 9: a notification of iTerm2, or progress (9;4;state;percent).
void notification(Engine& e, int number, std::string_view text) {
    if (number == 9 && (text == "4" || text.starts_with("4;"))) {
        e.use(Feature::progress);
        static_cast<void>(take(text));
        const int state = to_number(take(text)).value_or(0);
        const int percent = std::min(100, to_number(take(text)).value_or(0));
        if (state <= 4)
            e.sink->progress(state, percent);
        return;
    }
    e.use(Feature::notification);
    if (number == 99 && text.find("p=?") != std::string_view::npos)
        e.keep = false;
    if (is_clean(text))
        e.sink->notification(number, text);
}

void pointer_shape(Engine& e, int /*number*/, std::string_view text) {
    e.keep = !text.starts_with('?');
    if (!e.keep || text.size() > kMaxPointer || !is_clean(text))
        return;
    e.use(Feature::pointer_shape);
    e.pointer = text;
    e.sink->pointer_shape(e.pointer);
}

bool is_base64(std::string_view text) {
    const std::size_t end = text.find('=');
    const auto digit = [](char byte) {
        return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
               (byte >= '0' && byte <= '9') || byte == '+' || byte == '/';
    };
    const std::string_view digits = text.substr(0, end);
    const std::string_view padding = end == std::string_view::npos ? "" : text.substr(end);
    return std::ranges::all_of(digits, digit) &&
           (padding.empty() || padding == "=" || padding == "==");
}

// OSC 52 never passes on its own: what may be set and read is the policy's to say.
void clipboard(Engine& e, int /*number*/, std::string_view text) {
    e.keep = false;
    e.use(Feature::clipboard);
    std::string_view selection = take(text);
    if (selection.find_first_not_of("cpqs01234567") != std::string_view::npos)
        return;
    if (selection.empty())
        selection = "s0";
    if (text == "?")
        e.sink->clipboard_query(selection);
    else if (is_base64(text))
        e.sink->clipboard_set(selection, text);
    else
        e.sink->clipboard_set(selection, {}); // xterm: anything else clears the selection
}

void semantic_prompt(Engine& e, int /*number*/, std::string_view text) {
    const std::string_view kind = take(text);
    if (kind.size() != 1)
        return;
    e.use(Feature::semantic_prompt);
    switch (kind[0]) {
    case 'A':
    case 'P':
        e.mark = Mark::prompt;
        if (Row& row = e.grid().row(e.cursor.row); kind[0] == 'A') {
            row.mark = Mark::prompt;
            e.touch(row);
        }
        break;
    case 'B':
    case 'I':
        e.mark = Mark::input;
        break;
    case 'C':
        e.mark = Mark::output;
        break;
    case 'D':
        e.mark = Mark::none;
        break;
    default:
        break;
    }
    e.pen_changed();
    e.sink->prompt_mark(kind[0], text);
}

void iterm(Engine& e, int /*number*/, std::string_view text) {
    e.keep = text.starts_with("File=") || text.starts_with("MultipartFile=") ||
             text.starts_with("FilePart=") || text.starts_with("FileEnd");
    if (e.keep)
        e.use(Feature::iterm_file);
    else if (text.starts_with("CurrentDir="))
        working_directory(e, 7, text.substr(11));
    e.keep = e.keep && !text.starts_with("CurrentDir=");
}

// Text of another size (kitty): its text at least is shown.
void text_sizing(Engine& e, int /*number*/, std::string_view text) {
    e.use(Feature::text_sizing);
    static_cast<void>(take(text));
    const std::string shown = cleaned(text);
    for (std::string_view rest = shown; !rest.empty();)
        e.print(take_code_point(rest));
}

void ignored(Engine& /*e*/, int /*number*/, std::string_view /*text*/) {}

struct Command {
    int first;
    int last;
    void (*run)(Engine& e, int number, std::string_view text);
    bool relay;
};

constexpr std::array kCommands = std::to_array<Command>({
    {0, 2, title, true},
    {3, 3, ignored, false}, // X properties
    {4, 5, indexed_colors, true},
    {7, 7, working_directory, true},
    {8, 8, hyperlink, true},
    {9, 9, notification, true},
    {10, 19, dynamic_colors, true},
    {22, 22, pointer_shape, true},
    {46, 46, ignored, false}, // log file
    {50, 50, ignored, false}, // font
    {52, 52, clipboard, false},
    {66, 66, text_sizing, true},
    {99, 99, notification, true},
    {104, 105, reset_indexed_colors, true},
    {110, 119, reset_dynamic_color, true},
    {133, 133, semantic_prompt, true},
    {777, 777, notification, true},
    {1337, 1337, iterm, true},
    {3008, 3008, ignored, true}, // context of systemd's tools
});

} // namespace

void operating_system_command(Engine& e) {
    std::string_view text = e.parser.text;
    const auto number = to_number(take(text));
    const auto* found = number
                            ? std::find_if(kCommands.begin(), kCommands.end(),
                                           [&](const Command& each) {
                                               return *number >= each.first && *number <= each.last;
                                           })
                            : kCommands.end();
    if (found == kCommands.end()) {
        e.keep = false;
        e.use(Feature::unknown_sequence);
        return;
    }
    e.keep = found->relay;
    found->run(e, *number, text);
    e.keep = e.keep && is_clean(e.parser.text);
}

} // namespace berth::vt::handlers
