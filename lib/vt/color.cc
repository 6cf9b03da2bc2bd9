#include "vt/color.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace berth::vt {

namespace {

using Triple = std::array<double, 3>;

std::optional<std::array<std::string_view, 3>> split(std::string_view text) {
    std::array<std::string_view, 3> parts;
    for (std::size_t index = 0; index < 3; ++index) {
        const std::size_t end = text.find('/');
        if ((end == std::string_view::npos) != (index == 2))
            return std::nullopt;
        parts[index] = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), parts[index].size() + 1));
    }
    return parts;
}

std::optional<unsigned> hex(std::string_view digits) {
    unsigned value = 0;
    if (digits.empty() || digits.size() > 4)
        return std::nullopt;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

// rgb:h/h/h with one to four digits each, scaled to the whole range.
std::optional<Rgb> device_rgb(std::string_view text) {
    const auto parts = split(text);
    if (!parts)
        return std::nullopt;
    std::array<std::uint8_t, 3> values{};
    for (std::size_t index = 0; index < 3; ++index) {
        const auto value = hex((*parts)[index]);
        if (!value)
            return std::nullopt;
        const unsigned most = (1U << ((*parts)[index].size() * 4)) - 1;
        values[index] = static_cast<std::uint8_t>(*value * 255 / most);
    }
    return Rgb{values[0], values[1], values[2]};
}

// #rgb to #rrrrggggbbbb: the digits are the most significant ones.
std::optional<Rgb> sharp(std::string_view text) {
    if (text.size() % 3 != 0 || text.empty() || text.size() > 12)
        return std::nullopt;
    const std::size_t digits = text.size() / 3;
    std::array<std::uint8_t, 3> values{};
    for (std::size_t index = 0; index < 3; ++index) {
        const auto value = hex(text.substr(index * digits, digits));
        if (!value)
            return std::nullopt;
        values[index] =
            static_cast<std::uint8_t>(digits == 1 ? *value << 4 : *value >> (digits * 4 - 8));
    }
    return Rgb{values[0], values[1], values[2]};
}

std::optional<Triple> numbers(std::string_view text) {
    const auto parts = split(text);
    if (!parts)
        return std::nullopt;
    Triple values{};
    for (std::size_t index = 0; index < 3; ++index) {
        const std::string_view part = (*parts)[index];
        const auto [end, error] =
            std::from_chars(part.data(), part.data() + part.size(), values[index]);
        if (error != std::errc() || end != part.data() + part.size() ||
            !std::isfinite(values[index]))
            return std::nullopt;
    }
    return values;
}

std::uint8_t channel(double intensity) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(intensity, 0.0, 1.0) * 255));
}

// CIE 1931 to sRGB (IEC 61966-2-1), D65.
Rgb from_xyz(const Triple& xyz) {
    static constexpr std::array<Triple, 3> kMatrix = {
        {{3.2406, -1.5372, -0.4986}, {-0.9689, 1.8758, 0.0415}, {0.0557, -0.2040, 1.0570}}};
    std::array<std::uint8_t, 3> values{};
    for (std::size_t index = 0; index < 3; ++index) {
        const Triple& row = kMatrix[index];
        const double linear = row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2];
        values[index] = channel(linear <= 0.0031308 ? linear * 12.92
                                                    : 1.055 * std::pow(linear, 1 / 2.4) - 0.055);
    }
    return {values[0], values[1], values[2]};
}

constexpr Triple kWhite = {0.9505, 1.0, 1.0890};
constexpr double kWhiteU = 0.1978;
constexpr double kWhiteV = 0.4683;

Triple from_xyy(const Triple& v) {
    if (v[1] <= 0)
        return {};
    return {v[0] * v[2] / v[1], v[2], (1 - v[0] - v[1]) * v[2] / v[1]};
}

Triple from_uvy(const Triple& v) {
    if (v[1] <= 0)
        return {};
    return {v[2] * 9 * v[0] / (4 * v[1]), v[2], v[2] * (12 - 3 * v[0] - 20 * v[1]) / (4 * v[1])};
}

double lightness(double value) {
    return value > 8 ? std::pow((value + 16) / 116, 3) : value / 903.3;
}

Triple from_lab(const Triple& v) {
    const double y = (v[0] + 16) / 116;
    const auto cube = [](double t) { return t > 0.2069 ? t * t * t : (t - 16.0 / 116) / 7.787; };
    return {kWhite[0] * cube(y + v[1] / 500), lightness(v[0]), kWhite[2] * cube(y - v[2] / 200)};
}

Triple from_luv(const Triple& v) {
    if (v[0] <= 0)
        return {};
    return from_uvy({v[1] / (13 * v[0]) + kWhiteU, v[2] / (13 * v[0]) + kWhiteV, lightness(v[0])});
}

struct Space {
    std::string_view prefix;
    Triple (*to_xyz)(const Triple&);
};

constexpr std::array kSpaces = std::to_array<Space>({
    {"ciexyz:", [](const Triple& v) { return v; }},
    {"ciexyy:", from_xyy},
    {"cieuvy:", from_uvy},
    {"cielab:", from_lab},
    {"cieluv:", from_luv},
});

struct Named {
    std::string_view name;
    Rgb color;
};

// The names of X11 that configurations of terminals are known to use.
constexpr std::array kNames = std::to_array<Named>({
    {"black", {0, 0, 0}},           {"white", {255, 255, 255}},      {"red", {255, 0, 0}},
    {"green", {0, 255, 0}},         {"blue", {0, 0, 255}},           {"yellow", {255, 255, 0}},
    {"cyan", {0, 255, 255}},        {"magenta", {255, 0, 255}},      {"gray", {190, 190, 190}},
    {"grey", {190, 190, 190}},      {"orange", {255, 165, 0}},       {"purple", {160, 32, 240}},
    {"brown", {165, 42, 42}},       {"pink", {255, 192, 203}},       {"violet", {238, 130, 238}},
    {"gold", {255, 215, 0}},        {"navy", {0, 0, 128}},           {"maroon", {176, 48, 96}},
    {"turquoise", {64, 224, 208}},  {"salmon", {250, 128, 114}},     {"darkgray", {169, 169, 169}},
    {"darkgrey", {169, 169, 169}},  {"lightgray", {211, 211, 211}},  {"lightgrey", {211, 211, 211}},
    {"darkred", {139, 0, 0}},       {"darkgreen", {0, 100, 0}},      {"darkblue", {0, 0, 139}},
    {"lightblue", {173, 216, 230}}, {"lightgreen", {144, 238, 144}}, {"steelblue", {70, 130, 180}},
});

} // namespace

std::optional<Rgb> parse_color(std::string_view text) {
    if (text.empty() || text.size() > 128)
        return std::nullopt;
    if (text[0] == '#')
        return sharp(text.substr(1));
    std::string lower(text);
    for (char& byte : lower)
        byte = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
    const std::string_view spec = lower;
    if (spec.starts_with("rgb:"))
        return device_rgb(spec.substr(4));
    if (spec.starts_with("rgbi:")) {
        const auto values = numbers(spec.substr(5));
        if (!values || std::ranges::any_of(*values, [](double v) { return v < 0 || v > 1; }))
            return std::nullopt;
        return Rgb{channel((*values)[0]), channel((*values)[1]), channel((*values)[2])};
    }
    for (const Space& space : kSpaces) {
        if (spec.starts_with(space.prefix)) {
            const auto values = numbers(spec.substr(space.prefix.size()));
            return values ? std::optional(from_xyz(space.to_xyz(*values))) : std::nullopt;
        }
    }
    for (const Named& named : kNames) {
        if (named.name == spec)
            return named.color;
    }
    return std::nullopt;
}

std::string color_text(const Rgb& color) {
    return fmt::format("rgb:{0:02x}{0:02x}/{1:02x}{1:02x}/{2:02x}{2:02x}", color.red, color.green,
                       color.blue);
}

} // namespace berth::vt
