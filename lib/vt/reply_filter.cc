#include "vt/reply_filter.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace berth::vt {

namespace {

constexpr char kEscape = '\x1b';
constexpr char kBell = '\a';
constexpr std::string_view kPasteEnd = "\x1b[201~";

bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

// The shapes of CSI replies: a private marker (0: none), an intermediate (0: none) and a final
// byte.
struct CsiShape {
    char marker;
    char intermediate;
    char final;
    ReplyKind kind;
};
constexpr CsiShape kCsiShapes[] = {
    {'?', 0, 'c', ReplyKind::primary_attributes},
    {'>', 0, 'c', ReplyKind::secondary_attributes},
    {'=', 0, 'c', ReplyKind::tertiary_attributes},
    {'?', '$', 'y', ReplyKind::mode},
    {0, '$', 'y', ReplyKind::mode},
    {0, 0, 'n', ReplyKind::status},
    {'?', 0, 'n', ReplyKind::dec_status},
    {'?', 0, 'R', ReplyKind::position},
    {'?', 0, 'u', ReplyKind::keyboard},
    {0, 0, 't', ReplyKind::window},
    {'?', 0, 'S', ReplyKind::graphics_attribute},
    {'>', 0, 'm', ReplyKind::other},
};

struct Csi {
    char marker = 0;
    char intermediate = 0;
    std::vector<int> numbers;
};

Csi parse_csi(std::string_view body) { // between ESC [ and the final byte
    Csi csi;
    if (!body.empty() && body.front() >= '<' && body.front() <= '?') {
        csi.marker = body.front();
        body.remove_prefix(1);
    }
    while (!body.empty() && body.back() >= ' ' && body.back() <= '/') {
        csi.intermediate = body.back();
        body.remove_suffix(1);
    }
    for (std::size_t at = 0; at <= body.size() && !body.empty();) {
        const std::size_t end = std::min(body.find_first_of(";:", at), body.size());
        int value = -1;
        if (std::from_chars(body.data() + at, body.data() + end, value).ec != std::errc{})
            value = -1;
        csi.numbers.push_back(value);
        at = end + 1;
    }
    return csi;
}

std::optional<Reply> csi_reply(std::string_view bytes) {
    Csi csi = parse_csi(bytes.substr(2, bytes.size() - 3));
    for (const CsiShape& shape : kCsiShapes) {
        if (shape.marker != csi.marker || shape.intermediate != csi.intermediate ||
            shape.final != bytes.back())
            continue;
        ReplyKind kind = shape.kind;
        if (kind == ReplyKind::dec_status && !csi.numbers.empty() && csi.numbers[0] == 997)
            kind = ReplyKind::color_scheme;
        return Reply{kind, std::move(csi.numbers), {}, std::string(bytes)};
    }
    return std::nullopt;
}

ReplyKind osc_kind(int number) {
    if (number == 4 || number == 5 || (number >= 10 && number <= 19))
        return ReplyKind::color;
    return number == 52 ? ReplyKind::clipboard : ReplyKind::other;
}

Reply osc_reply(std::string_view body) {
    Reply reply;
    if (body.front() == 'l' || body.front() == 'L') {
        reply.kind = ReplyKind::window_text;
        reply.text = body.substr(1);
        return reply;
    }
    int number = -1;
    const auto end = std::from_chars(body.data(), body.data() + body.size(), number).ptr;
    reply.kind = osc_kind(number);
    reply.numbers.push_back(number);
    body.remove_prefix(static_cast<std::size_t>(end - body.data()));
    reply.text = body.starts_with(';') ? body.substr(1) : body;
    return reply;
}

struct DcsShape {
    std::string_view introducer; // after the digits
    ReplyKind kind;
};
constexpr DcsShape kDcsShapes[] = {
    {">|", ReplyKind::version}, {"!|", ReplyKind::tertiary_attributes},
    {"$r", ReplyKind::setting}, {"$u", ReplyKind::setting},
    {"+r", ReplyKind::termcap}, {"!~", ReplyKind::checksum},
};

Reply dcs_reply(std::string_view body) {
    Reply reply;
    int number = -1;
    const auto end = std::from_chars(body.data(), body.data() + body.size(), number).ptr;
    reply.numbers.push_back(number);
    body.remove_prefix(static_cast<std::size_t>(end - body.data()));
    for (const DcsShape& shape : kDcsShapes) {
        if (body.starts_with(shape.introducer)) {
            reply.kind = shape.kind;
            body.remove_prefix(shape.introducer.size());
            break;
        }
    }
    reply.text = body;
    return reply;
}

// Can a string that was introduced by this byte and starts with that one be a terminal's? Otherwise
// the introducer was Alt and a key.
bool starts_reply(char introducer, char first) {
    switch (introducer) {
    case ']':
        return is_digit(first) || first == 'l' || first == 'L';
    case 'P':
        return is_digit(first) || first == '>' || first == '!' || first == '$' || first == '+';
    default:
        return first == 'G';
    }
}

} // namespace

void ReplyFilter::release(std::string& user) {
    user += held_;
    held_.clear();
    state_ = State::ground;
}

void ReplyFilter::ground(char byte, std::string& user) {
    if (byte != kEscape) {
        user += byte;
        return;
    }
    held_ = byte;
    state_ = State::escape;
}

void ReplyFilter::escape(char byte, std::string& user) {
    if (byte == kEscape) { // Alt and Escape, or Escape and then a sequence
        release(user);
        ground(byte, user);
        return;
    }
    held_ += byte;
    if (byte == '[')
        state_ = State::csi;
    else if (byte == ']' || byte == 'P' || byte == '_')
        state_ = State::string;
    else
        release(user);
}

void ReplyFilter::csi(char byte, std::vector<Reply>& replies, std::string& user) {
    if (byte == kEscape) {
        release(user);
        ground(byte, user);
        return;
    }
    held_ += byte;
    const auto code = static_cast<unsigned char>(byte);
    if (code >= 0x20 && code < 0x40 && held_.size() < kMaxCsi)
        return;
    if (byte == 'M' && held_.size() == 3) {
        state_ = State::mouse;
        return;
    }
    if (code >= 0x40 && code < 0x7f) {
        if (auto reply = csi_reply(held_)) {
            replies.push_back(std::move(*reply));
            held_.clear();
            state_ = State::ground;
            return;
        }
        const bool pastes = held_ == "\x1b[200~";
        release(user);
        if (pastes)
            state_ = State::paste;
        return;
    }
    release(user);
}

void ReplyFilter::string(char byte, std::string& user) {
    if (!starts_reply(held_[1], byte)) {
        release(user);
        ground(byte, user);
        return;
    }
    held_ += byte;
    state_ = State::reply;
}

void ReplyFilter::finish_string(std::vector<Reply>& replies) {
    std::string_view body = std::string_view(held_).substr(2);
    body.remove_suffix(body.ends_with(kBell) ? 1 : 2);
    Reply reply;
    if (held_[1] == ']')
        reply = osc_reply(body);
    else if (held_[1] == 'P')
        reply = dcs_reply(body);
    else
        reply = Reply{ReplyKind::graphics, {}, std::string(body.substr(1)), {}};
    reply.bytes = std::move(held_);
    replies.push_back(std::move(reply));
    held_.clear();
    state_ = State::ground;
}

// A reply holds no control characters: one of them is the user's, and says that the rest of the
// reply will not come.
void ReplyFilter::reply(char byte, std::vector<Reply>& replies, std::string& user) {
    if (state_ == State::reply_escape) {
        if (byte == '\\') {
            held_ += byte;
            finish_string(replies);
        } else {
            held_ = kEscape;
            escape(byte, user);
        }
        return;
    }
    const auto code = static_cast<unsigned char>(byte);
    if (code < 0x20 && byte != kEscape && byte != kBell) {
        held_.clear();
        state_ = State::ground;
        ground(byte, user);
        return;
    }
    held_ += byte;
    if (byte == kEscape)
        state_ = State::reply_escape;
    else if (byte == kBell)
        finish_string(replies);
    else if (held_.size() >= kMaxReply) {
        held_.clear();
        state_ = State::skip;
    }
}

void ReplyFilter::skip(char byte, std::string& user) {
    const auto code = static_cast<unsigned char>(byte);
    if (state_ == State::skip_csi) {
        if (code >= 0x20 && code < 0x40)
            return;
        state_ = State::ground;
        if (code < 0x20)
            ground(byte, user);
    } else if (state_ == State::skip_escape) {
        state_ = State::ground;
        if (byte == '\\')
            return;
        held_ = kEscape;
        escape(byte, user);
    } else if (byte == kEscape) {
        state_ = State::skip_escape;
    } else if (byte == kBell) {
        state_ = State::ground;
    } else if (code < 0x20) {
        state_ = State::ground;
        ground(byte, user);
    }
}

void ReplyFilter::paste(char byte, std::string& user) {
    user += byte;
    if (byte == kPasteEnd[paste_end_])
        ++paste_end_;
    else
        paste_end_ = byte == kEscape ? 1 : 0;
    if (paste_end_ == kPasteEnd.size()) {
        paste_end_ = 0;
        state_ = State::ground;
    }
}

void ReplyFilter::take(char byte, std::vector<Reply>& replies, std::string& user) {
    switch (state_) {
    case State::ground:
        return ground(byte, user);
    case State::escape:
        return escape(byte, user);
    case State::csi:
        return csi(byte, replies, user);
    case State::mouse:
        held_ += byte;
        if (held_.size() == 6)
            release(user);
        return;
    case State::string:
        return string(byte, user);
    case State::reply:
    case State::reply_escape:
        return reply(byte, replies, user);
    case State::skip:
    case State::skip_escape:
    case State::skip_csi:
        return skip(byte, user);
    case State::paste:
        return paste(byte, user);
    }
}

void ReplyFilter::feed(std::string_view bytes, std::vector<Reply>& replies, std::string& user) {
    fed_ = fed_ || !bytes.empty();
    for (const char byte : bytes)
        take(byte, replies, user);
}

void ReplyFilter::flush(std::string& user) {
    const bool idle = !std::exchange(fed_, false);
    switch (state_) {
    case State::ground:
    case State::paste:
    case State::skip:
    case State::skip_csi:
        return;
    case State::skip_escape:
        state_ = State::ground;
        user += kEscape;
        return;
    case State::reply:
    case State::reply_escape:
        if (!idle)
            return;
        held_.clear();
        state_ = state_ == State::reply ? State::skip : State::skip_escape;
        return;
    case State::csi:
        // CSI ? and CSI > introduce no key.
        if (held_.size() > 2 && (held_[2] == '?' || held_[2] == '>')) {
            if (!idle)
                return;
            held_.clear();
            state_ = State::skip_csi;
            return;
        }
        [[fallthrough]];
    default:
        release(user);
    }
}

} // namespace berth::vt
