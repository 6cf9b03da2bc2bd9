// Bytes to functions: ECMA-48 5.3 and 5.4, with UTF-8 for the characters. The grammar writes
// well-formed UTF-8 and no 8-bit controls, but controls and breaks inside sequences.
#include "model.h"

namespace berth::model {

namespace {

constexpr char32_t kEscape = 0x1b;
constexpr int kMost = 9999;

bool is_between(char32_t code, char32_t first, char32_t last) {
    return code >= first && code <= last;
}

} // namespace

int Model::Sequence::number(std::size_t index, int otherwise) const {
    return index < numbers.size() && numbers[index][0] >= 0 ? numbers[index][0] : otherwise;
}

int Model::Sequence::count() const {
    const int value = number(0, 1);
    return value == 0 ? 1 : value;
}

int Model::Sequence::selector() const {
    return number(0, 0);
}

void Model::write(std::string_view bytes) {
    for (const char each : bytes) {
        const auto byte = static_cast<unsigned char>(each);
        if (missing_ > 0) {
            partial_ = partial_ << 6 | (byte & 0x3fU);
            if (--missing_ == 0)
                code(partial_);
        } else if (byte < 0x80) {
            code(byte);
        } else {
            missing_ = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
            partial_ = byte & (0x3fU >> missing_);
        }
    }
}

void Model::code(char32_t code) {
    if (code == 0x18 || code == 0x1a) { // CAN and SUB end any sequence
        state_ = State::ground;
        return;
    }
    if (state_ == State::string || state_ == State::string_escape) {
        if (code == 7 || (state_ == State::string_escape && code == '\\')) {
            osc();
            state_ = State::ground;
        } else if (code == kEscape) {
            state_ = State::string_escape;
        } else if (state_ == State::string) {
            string_ += static_cast<char>(code);
        } else { // ESC and anything else: the string is no more, and a sequence begins
            state_ = State::escape;
            sequence_ = {};
            escape_byte(static_cast<char>(code));
        }
        return;
    }
    if (code == kEscape) {
        state_ = State::escape;
        sequence_ = {};
    } else if (code < ' ') {
        control(code);
    } else if (code == 0x7f) {
        return;
    } else if (state_ == State::ground) {
        print(code);
    } else if (state_ == State::escape) {
        escape_byte(static_cast<char>(code));
    } else {
        csi_byte(static_cast<char>(code));
    }
}

void Model::control(char32_t code) {
    switch (code) {
    case '\b':
        left(1);
        break;
    case '\t':
        tab(1);
        break;
    case '\n':
    case '\v':
    case '\f':
        line_feed();
        break;
    case '\r':
        carriage_return();
        break;
    case 0x0e: // SO
        sets.left = 1;
        break;
    case 0x0f: // SI
        sets.left = 0;
        break;
    default:
        break;
    }
}

void Model::escape_byte(char byte) {
    if (is_between(static_cast<char32_t>(byte), ' ', '/')) {
        sequence_.between += byte;
        return;
    }
    state_ = State::ground;
    if (!sequence_.between.empty() || (byte != '[' && byte != ']')) {
        escape_sequence(byte);
    } else if (byte == '[') {
        state_ = State::csi;
    } else {
        state_ = State::string;
        string_.clear();
    }
}

void Model::escape_sequence(char last) {
    const std::string& between = sequence_.between;
    constexpr std::string_view kSets = "()*+";
    if (between.size() == 1 && kSets.find(between[0]) != std::string_view::npos) {
        if (last == 'B' || last == '0' || last == 'A')
            sets.g[kSets.find(between[0])] = last;
        return;
    }
    if (between == "#" && last == '8')
        align();
    if (!between.empty())
        return;
    switch (last) {
    case '6':
        return back_index();
    case '7':
        return save();
    case '8':
        return restore();
    case '9':
        return forward_index();
    case '=':
        on.keypad = true;
        return;
    case '>':
        on.keypad = false;
        return;
    case 'D':
        return index();
    case 'E': // NEL
        index();
        return carriage_return();
    case 'H': // HTS
        tabs[at(cursor.column)] = true;
        return;
    case 'M':
        return reverse_index();
    case 'N':
        single = 2;
        return;
    case 'O':
        single = 3;
        return;
    case 'c':
        return reset();
    case 'n': // LS2
        sets.left = 2;
        return;
    case 'o': // LS3
        sets.left = 3;
        return;
    default:
        return;
    }
}

void Model::add_digit(int digit) {
    if (sequence_.numbers.empty())
        sequence_.numbers.push_back({-1});
    int& value = sequence_.numbers.back().back();
    value = value < 0 ? digit : value * 10 + digit;
    if (value > kMost)
        value = kMost;
}

void Model::csi_byte(char byte) {
    if (is_between(static_cast<char32_t>(byte), '0', '9')) {
        add_digit(byte - '0');
    } else if (byte == ';') {
        if (sequence_.numbers.empty())
            sequence_.numbers.push_back({-1});
        sequence_.numbers.push_back({-1});
    } else if (byte == ':') {
        if (sequence_.numbers.empty())
            sequence_.numbers.push_back({-1});
        sequence_.numbers.back().push_back(-1);
    } else if (is_between(static_cast<char32_t>(byte), '<', '?')) {
        sequence_.mark = byte;
    } else if (is_between(static_cast<char32_t>(byte), ' ', '/')) {
        sequence_.between += byte;
    } else {
        state_ = State::ground;
        sequence_.last = byte;
        csi();
    }
}

void Model::csi_with_space() {
    if (sequence_.last == '@')
        shift(sequence_.count());
    else if (sequence_.last == 'A')
        shift(-sequence_.count());
}

void Model::csi_rectangle() {
    const std::string what = sequence_.between + sequence_.last;
    if (what == "$v")
        copy_area();
    else if (what == "$x")
        fill_area();
    else if (what == "$z" || what == "${") {
        if (const std::optional<Area> where = area(sequence_, 0))
            what == "$z" ? wipe(*where) : wipe_unguarded(*where, true);
    } else if (what == "$r" || what == "$t")
        change_attributes(what == "$t");
    else if (what == "*x")
        rectangles_ = sequence_.selector() == 2;
    else if (what == "'}")
        insert_columns(sequence_.count());
    else if (what == "'~")
        delete_columns(sequence_.count());
    else if (what == "\"q" && sequence_.selector() <= 2)
        guard(sequence_.selector() == 1);
    else if (what == "!p")
        soft_reset();
}

// DECSCA. After it, until a reset, selective erase spares what is protected.
void Model::guard(bool set) {
    pen.guarded = set;
    guards_ = true;
}

// DECSLRM, and without DECLRMM SCOSC, which has no parameters.
void Model::csi_s() {
    if (on.side_margins)
        set_side_margins(sequence_.number(0, 0), sequence_.number(1, 0));
    else if (sequence_.numbers.empty())
        save();
}

void Model::csi() {
    const Sequence& of = sequence_;
    if (of.between == " ")
        return csi_with_space();
    if (!of.between.empty())
        return csi_rectangle();
    if (of.mark == '?') {
        if (of.last == 'J')
            erase_display(of.selector(), true);
        else if (of.last == 'K')
            erase_line(of.selector(), true);
        else if (of.last == 'W' && of.selector() == 5) // DECST8C
            for (int column = 0; column < columns; ++column)
                tabs[at(column)] = column % 8 == 0 && column > 0;
        else if (of.last == 'h' || of.last == 'l')
            for (const std::vector<int>& each : of.numbers)
                private_mode(each[0], of.last == 'h');
        return;
    }
    const int row = of.number(0, 1);
    switch (of.last) {
    case '@':
        return insert_characters(of.count());
    case 'A':
        return up(of.count());
    case 'B':
        return down(of.count());
    case 'C':
        return right(of.count());
    case 'D':
        return left(of.count());
    case 'E':
        down(of.count());
        return carriage_return();
    case 'F':
        up(of.count());
        return carriage_return();
    case 'G':
    case '`':
        return place(cursor.row - (on.origin ? margins.top : 0), of.count() - 1);
    case 'H':
    case 'f':
        return place(row > 0 ? row - 1 : 0, of.number(1, 1) > 0 ? of.number(1, 1) - 1 : 0);
    case 'I':
        return tab(of.count());
    case 'J':
        return erase_display(of.selector(), false);
    case 'K':
        return erase_line(of.selector(), false);
    case 'L':
        return insert_lines(of.count());
    case 'M':
        return delete_lines(of.count());
    case 'P':
        return delete_characters(of.count());
    case 'S':
        return scroll(of.count());
    case 'T':
        return scroll(-of.count());
    case 'X':
        return erase_characters(of.count());
    case 'Z':
        return back_tab(of.count());
    case 'a': // HPR
        return place(cursor.row - (on.origin ? margins.top : 0),
                     cursor.column - (on.origin ? margins.left : 0) + of.count());
    case 'b':
        return repeat(of.count());
    case 'd':
        return place(of.count() - 1, cursor.column - (on.origin ? margins.left : 0));
    case 'e': // VPR
        return place(cursor.row - (on.origin ? margins.top : 0) + of.count(),
                     cursor.column - (on.origin ? margins.left : 0));
    case 'g':
        if (of.selector() == 0)
            tabs[at(cursor.column)] = false;
        else if (of.selector() == 3)
            tabs.assign(at(columns), false);
        return;
    case 'h':
    case 'l':
        for (const std::vector<int>& each : of.numbers)
            mode(each[0], of.last == 'h');
        return;
    case 'm':
        return select_rendition();
    case 'r':
        return set_margins(of.number(0, 0), of.number(1, 0));
    case 's':
        return csi_s();
    case 'u':
        return restore();
    default:
        return;
    }
}

// OSC 8 ; parameters ; URI: the grammar's links are one digit, or none.
void Model::osc() {
    if (string_.rfind("8;;", 0) == 0)
        pen.link = string_.size() == 4 ? static_cast<std::uint8_t>(string_[3] - '0') : 0;
}

} // namespace berth::model
