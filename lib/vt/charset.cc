#include "vt/charset.h"

#include <array>
#include <string_view>

namespace berth::vt {

namespace {

enum class Kind : std::uint8_t { ascii, national, graphics, technical, latin1 };

struct Entry {
    std::string_view name; // the bytes after ESC ( or, if size96, after ESC -
    bool size96;
    Kind kind;
    std::string_view from;  // national: the bytes that are replaced …
    std::u32string_view to; // … and by what
};

constexpr std::string_view kFinnishFrom = "[\\]^`{|}~";
constexpr std::u32string_view kFinnishTo = U"ÄÖÅÜéäöåü";
constexpr std::string_view kNorwegianFrom = "@[\\]^`{|}~";
constexpr std::u32string_view kNorwegianTo = U"ÄÆØÅÜäæøåü";
constexpr std::u32string_view kSwedishTo = U"ÉÄÖÅÜéäöåü";
constexpr std::string_view kFrenchFrom = "#@[\\]{|}~";
constexpr std::u32string_view kFrenchTo = U"£à°ç§éùè¨";
constexpr std::u32string_view kCanadianTo = U"àâçêîôéùèû";
constexpr std::string_view kPortugueseFrom = "[\\]{|}";
constexpr std::u32string_view kPortugueseTo = U"ÃÇÕãçõ";

constexpr std::array kEntries = std::to_array<Entry>({
    {"B", false, Kind::ascii, "", U""},
    {"1", false, Kind::ascii, "", U""},
    {"0", false, Kind::graphics, "", U""},
    {"2", false, Kind::graphics, "", U""},
    {">", false, Kind::technical, "", U""},
    {"<", false, Kind::latin1, "", U""},
    {"%5", false, Kind::latin1, "", U""},
    {"A", true, Kind::latin1, "", U""},
    {"A", false, Kind::national, "#", U"£"},
    {"4", false, Kind::national, "#@[\\]{|}~", U"£¾ĳ½|¨ƒ¼´"},
    {"C", false, Kind::national, kFinnishFrom, kFinnishTo},
    {"5", false, Kind::national, kFinnishFrom, kFinnishTo},
    {"R", false, Kind::national, kFrenchFrom, kFrenchTo},
    {"f", false, Kind::national, kFrenchFrom, kFrenchTo},
    {"Q", false, Kind::national, kNorwegianFrom, kCanadianTo},
    {"9", false, Kind::national, kNorwegianFrom, kCanadianTo},
    {"K", false, Kind::national, "@[\\]{|}~", U"§ÄÖÜäöüß"},
    {"Y", false, Kind::national, "#@[\\]`{|}~", U"£§°çéùàòèì"},
    {"E", false, Kind::national, kNorwegianFrom, kNorwegianTo},
    {"6", false, Kind::national, kNorwegianFrom, kNorwegianTo},
    {"`", false, Kind::national, kNorwegianFrom, kNorwegianTo},
    {"%6", false, Kind::national, kPortugueseFrom, kPortugueseTo},
    {"Z", false, Kind::national, "#@[\\]{|}", U"£§¡Ñ¿°ñç"},
    {"H", false, Kind::national, kNorwegianFrom, kSwedishTo},
    {"7", false, Kind::national, kNorwegianFrom, kSwedishTo},
    {"=", false, Kind::national, "#@[\\]^_`{|}~", U"ùàéçêîèôäöüû"},
    {"%2", false, Kind::national, "&@[\\]^`{|}~", U"ğİŞÖÇÜĞşöçü"},
});

constexpr bool same_lengths() {
    for (const Entry& entry : kEntries) {
        if (entry.from.size() != entry.to.size())
            return false;
    }
    return true;
}
static_assert(same_lengths());

constexpr std::u32string_view kGraphics = U"\u00a0◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·"; // from 0x5f
static_assert(kGraphics.size() == 0x7f - 0x5f);

constexpr std::u32string_view kTechnical = // from 0x21; U+FFFD where nothing is defined
    U"⎷┌─⌠⌡│⎡⎣⎤⎦⎛⎝⎞⎠⎨⎬"
    U"\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd≤≠≥∫"
    U"∴∝∞÷Δ∇ΦΓ∼≃Θ×Λ⇔⇒≡ΠΨ\ufffdΣ\ufffd\ufffd√ΩΞΥ⊂⊃∩∪∧∨"
    U"¬αβχδεφγηιθκλ\ufffdν∂πψρστ\ufffdƒωξυζ←↑→↓";
static_assert(kTechnical.size() == 0x7f - 0x21);

const Entry* find(const Charset& charset) {
    const std::string_view name(charset.name.data());
    for (const Entry& entry : kEntries) {
        if (entry.size96 == charset.size96 && entry.name == name)
            return &entry;
    }
    return nullptr;
}

// The United Kingdom set is older than DECNRCM and needs no permission (VT100).
bool applies(const Entry& entry, bool national) {
    return entry.kind != Kind::national || national || entry.name == "A";
}

} // namespace

bool is_known(const Charset& charset) {
    return find(charset) != nullptr;
}

bool is_ascii(const Charset& charset, bool national) {
    if (charset.name[0] == 'B' && !charset.size96)
        return true;
    const Entry* entry = find(charset);
    return entry == nullptr || entry->kind == Kind::ascii || !applies(*entry, national);
}

char32_t translate(const Charset& charset, bool national, char byte) {
    const char32_t code = static_cast<unsigned char>(byte);
    const Entry* entry = find(charset);
    if (entry == nullptr || !applies(*entry, national))
        return code;
    switch (entry->kind) {
    case Kind::ascii:
        return code;
    case Kind::graphics:
        return code < 0x5f ? code : kGraphics[code - 0x5f];
    case Kind::technical:
        return code < 0x21 ? code : kTechnical[code - 0x21];
    case Kind::latin1:
        return code + 0x80;
    case Kind::national:
        break;
    }
    const std::size_t place = entry->from.find(byte);
    return place == std::string_view::npos ? code : entry->to[place];
}

} // namespace berth::vt
