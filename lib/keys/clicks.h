// Which mouse key a report is: MouseDown, SecondClick, DoubleClick, TripleClick, MouseDrag,
// MouseDragEnd and the rest, as tmux makes them. One machine for each client of berth-mux; times
// are passed in.
#pragma once

#include "keys/decode.h"
#include "keys/key.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace berth::keys {

// Where a report happened: the place and whose (a pane's or window's number); a click elsewhere is
// a first click again.
struct MouseTarget {
    MousePlace place = MousePlace::Pane;
    std::uint64_t id = 0;
    bool operator==(const MouseTarget&) const = default;
};

// A mouse key, with the report (its position) that it stands for.
struct MouseEvent {
    Key key{};
    MouseReport report{};
    MouseTarget target{};
};

class Clicks {
  public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds kInterval{300};

    // The event of a report that happened at `now`; nothing when it means nothing (motion in the
    // same cell, the release of a button that was never pressed). A drag begins at the place where
    // its button went down: that is the target of its first event, the pointer's of all others.
    // Call expire() first when its time has come.
    [[nodiscard]] std::optional<MouseEvent> feed(const MouseReport& report, MouseTarget target,
                                                 Time now);
    // When expire() is to be called; nothing when no click waits.
    [[nodiscard]] std::optional<Time> deadline() const;
    // A second click that no third one followed is the DoubleClick.
    [[nodiscard]] std::optional<MouseEvent> expire(Time now);
    // Whether a button is held and was moved.
    [[nodiscard]] bool dragging() const { return dragging_; }

  private:
    enum class Count : std::uint8_t { None, One, Two };

    MouseEvent press(const MouseReport& report, MouseTarget target, Time now);
    std::optional<MouseEvent> motion(const MouseReport& report, MouseTarget target);
    std::optional<MouseEvent> release(MouseReport report, MouseTarget target);

    Count count_ = Count::None;
    Time last_{};
    MouseEvent click_{};     // the last press
    std::uint32_t held_ = 0; // a bit for each button that is down
    MouseReport previous_{}; // for motion: the cell of the report before
    bool dragging_ = false;
};

} // namespace berth::keys
