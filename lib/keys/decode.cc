#include "keys/decode.h"

#include "keys/scan.h"

namespace berth::keys {
namespace {

constexpr std::string_view kPasteEnd = "\x1b[201~";

// How many bytes at the end of input may be the begin of the paste's end.
std::size_t partial_end(std::string_view input) {
    for (std::size_t size = std::min(input.size(), kPasteEnd.size() - 1); size > 0; size--)
        if (input.ends_with(kPasteEnd.substr(0, size)))
            return size;
    return 0;
}

Event simple(EventKind kind) {
    Event event;
    event.kind = kind;
    return event;
}

// Where a reply that was given up ends in the input that came after; 0 when it does not: that is
// typing.
std::size_t reply_end(std::string_view input) {
    const std::size_t bell = input.find('\x07');
    const std::size_t terminator = input.find("\x1b\\");
    if (bell < terminator)
        return bell + 1;
    return terminator == std::string_view::npos ? 0 : terminator + 2;
}

struct Step {
    std::size_t size;
    bool done;
};

bool ends_any(char c) {
    return c == '\x03' || c == '\r' || c == '\n';
}

// A string ends with ST (ECMA-48 8.3.143), with BEL as xterm has it, or before a byte that no
// string holds.
Step skip_string(std::string_view rest, bool flushing) {
    if (rest[0] == '\x1b') {
        if (rest.size() == 1 && !flushing)
            return {0, false};
        return {rest.starts_with("\x1b\\") ? std::size_t{2} : 0, true};
    }
    return ends_any(rest[0]) ? Step{0, true} : Step{1, rest[0] == '\x07'};
}

Step skip_csi(std::string_view rest) {
    const char c = rest[0];
    const bool inner = c >= 0x20 && c < 0x40;
    return inner ? Step{1, false} : Step{c >= 0x40 && c < 0x7f ? std::size_t{1} : 0, true};
}

} // namespace

void Decoder::feed(std::string_view bytes) {
    buffer_.erase(0, start_);
    start_ = 0;
    buffer_.append(bytes);
    flushing_ = false;
    fed_ = true;
}

void Decoder::flush() {
    const std::string_view input = std::string_view(buffer_).substr(start_);
    const bool reply = input.size() > 2 && input[0] == '\x1b' &&
                       (input[1] == ']' || input[1] == 'P' || input[1] == '_');
    flushing_ = !(reply && fed_);
    fed_ = false;
}

Event Decoder::take(std::size_t size, Event event) {
    event.raw = buffer_.substr(start_, size);
    start_ += size;
    return event;
}

std::optional<Event> Decoder::next() {
    if (state_ != State::Ground && state_ != State::Paste && start_ < buffer_.size())
        skip();
    const std::string_view input = std::string_view(buffer_).substr(start_);
    if (input.empty())
        return std::nullopt;
    return state_ == State::Paste ? paste(input) : ground(input);
}

std::optional<Event> Decoder::ground(std::string_view input) {
    const Scan found = scan(input, {flushing_, kitty_, backspace_, &user_keys_});
    if (found.result == Scan::Result::Partial)
        return std::nullopt;
    if (found.result == Scan::Result::GivenUp)
        state_ = State::SkipEnd;
    else if (found.result == Scan::Result::TooLong)
        state_ = input[1] == '[' ? State::SkipCsi : State::SkipString;
    else if (found.event.kind == EventKind::PasteBegin)
        state_ = State::Paste;
    return take(found.size, found.event);
}

std::optional<Event> Decoder::paste(std::string_view input) {
    const std::size_t end = input.find(kPasteEnd);
    if (end == 0) {
        state_ = State::Ground;
        return take(kPasteEnd.size(), simple(EventKind::PasteEnd));
    }
    const std::size_t kept = flushing_ ? 0 : partial_end(input);
    const std::size_t size = end != std::string_view::npos ? end : input.size() - kept;
    if (size == 0)
        return std::nullopt;
    return take(size, simple(EventKind::PasteData));
}

// Drops the rest of a sequence that was given up, so that it is never taken for typing.
void Decoder::skip() {
    if (state_ == State::SkipEnd) {
        const std::size_t size = reply_end(std::string_view(buffer_).substr(start_));
        start_ += size;
        state_ = State::Ground;
    }
    while (state_ != State::Ground && start_ < buffer_.size()) {
        const std::string_view rest = std::string_view(buffer_).substr(start_);
        const Step step =
            state_ == State::SkipString ? skip_string(rest, flushing_) : skip_csi(rest);
        start_ += step.size;
        if (step.done)
            state_ = State::Ground;
        else if (step.size == 0)
            return;
    }
}

} // namespace berth::keys
