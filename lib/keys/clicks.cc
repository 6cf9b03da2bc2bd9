#include "keys/clicks.h"

namespace berth::keys {
namespace {

MouseEvent event(MouseType type, const MouseReport& report, MouseTarget target) {
    const bool plain =
        type == MouseType::Move || type == MouseType::WheelUp || type == MouseType::WheelDown;
    const MouseKey key{type, plain ? std::uint8_t{0} : report.button, target.place};
    return {Key(key, report.modifiers), report, target};
}

bool wheel(std::uint8_t button) {
    return button == kWheelUp || button == kWheelDown;
}

std::uint32_t bit(std::uint8_t button) {
    return 1U << button;
}

} // namespace

MouseEvent Clicks::press(const MouseReport& report, MouseTarget target, Time now) {
    const bool again = report.button == click_.report.button &&
                       report.modifiers == click_.report.modifiers && target == click_.target &&
                       now < last_ + kInterval;
    MouseType type = MouseType::Down;
    if (again && count_ == Count::One)
        type = MouseType::SecondClick;
    else if (again && count_ == Count::Two)
        type = MouseType::TripleClick;
    count_ = type == MouseType::Down          ? Count::One
             : type == MouseType::SecondClick ? Count::Two
                                              : Count::None;
    last_ = now;
    held_ |= bit(report.button);
    dragging_ = false;
    click_ = event(type, report, target);
    return click_;
}

std::optional<MouseEvent> Clicks::motion(const MouseReport& report, MouseTarget target) {
    const bool moved = report.x != previous_.x || report.y != previous_.y;
    if (report.button == 0 || !(held_ & bit(report.button)))
        return moved ? std::optional(event(MouseType::Move, report, target)) : std::nullopt;
    const bool first = !dragging_;
    if (!first && !moved)
        return std::nullopt;
    dragging_ = true;
    return event(MouseType::Drag, report, first ? click_.target : target);
}

// X10's protocol does not say which button; the modifiers are those of the press.
std::optional<MouseEvent> Clicks::release(MouseReport report, MouseTarget target) {
    if (report.button == 0)
        report.button = click_.report.button;
    if (!(held_ & bit(report.button)))
        return std::nullopt;
    held_ &= ~bit(report.button);
    const bool last = report.button == click_.report.button;
    if (last)
        report.modifiers = click_.report.modifiers;
    const bool drag = dragging_ && last;
    dragging_ = dragging_ && !last;
    return event(drag ? MouseType::DragEnd : MouseType::Up, report, target);
}

std::optional<MouseEvent> Clicks::feed(const MouseReport& report, MouseTarget target, Time now) {
    std::optional<MouseEvent> result;
    if (report.action == MouseAction::Motion)
        result = motion(report, target);
    else if (wheel(report.button) && report.action == MouseAction::Press)
        result = event(report.button == kWheelUp ? MouseType::WheelUp : MouseType::WheelDown,
                       report, target);
    else if (report.action == MouseAction::Release)
        result = release(report, target);
    else if (report.button != 0)
        result = press(report, target, now);
    previous_ = report;
    return result;
}

std::optional<Clicks::Time> Clicks::deadline() const {
    return count_ == Count::Two ? std::optional(last_ + kInterval) : std::nullopt;
}

std::optional<MouseEvent> Clicks::expire(Time now) {
    if (count_ != Count::Two || now < last_ + kInterval)
        return std::nullopt;
    count_ = Count::None;
    return event(MouseType::DoubleClick, click_.report, click_.target);
}

} // namespace berth::keys
