// clock-mode: the time in large digits, until a key is pressed.
#include "digits.h"
#include "formats.h"
#include "modes.h"
#include "server.h"
#include "status.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace berth::mux {
namespace {

constexpr std::uint64_t kSecondUs = 1'000'000;

// By clock-mode-style's choices, in the table's order.
constexpr std::array kFormats = {"%l:%M %p", "%H:%M", "%l:%M:%S %p", "%H:%M:%S"};

class ClockMode final : public PaneMode {
  public:
    ClockMode(Server& server, Pane& pane) : PaneMode(server, pane) { wait(); }

    std::string_view name() const override { return "clock-mode"; }
    void key(Client&, keys::Key, const MouseAt*) override { server().leave_mode(pane()); }
    std::optional<vt::Cursor> draw(vt::Canvas& canvas, vt::Rect box) override;

  private:
    void wait();
    [[nodiscard]] std::string text() const;

    Source timer_;
    std::string shown_;
};

std::string ClockMode::text() const {
    const auto style = static_cast<std::size_t>(pane().window->options.number("clock-mode-style"));
    const time_t now = time(nullptr);
    std::tm parts{};
    localtime_r(&now, &parts);
    std::array<char, 32> out{};
    const std::size_t size =
        strftime(out.data(), out.size(), kFormats[std::min(style, kFormats.size() - 1)], &parts);
    return {out.data(), size};
}

// Until the next full second; what is shown changes mostly once a minute.
void ClockMode::wait() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    timer_ =
        server().loop().after(kSecondUs - static_cast<std::uint64_t>(now.tv_nsec) / 1000, [this] {
            if (shown_ != text())
                server().refresh(*pane().window);
            wait();
        });
}

std::optional<vt::Cursor> ClockMode::draw(vt::Canvas& canvas, vt::Rect box) {
    shown_ = text();
    const int length = static_cast<int>(shown_.size());
    vt::Style style = cell_style(option_pen(pane().window->options, "clock-mode-colour"));
    const vt::Size size = pane().terminal.size();
    if (size.columns < kDigitColumns * length || size.rows < kDigitColumns) {
        const int column = size.columns / 2 - length / 2;
        if (column >= 0 && size.rows / 2 < box.rows)
            canvas.text(box.row + size.rows / 2, box.column + column, box.columns - column, shown_,
                        style);
        return std::nullopt;
    }
    draw_digits(canvas, box, size.rows / 2 - kDigitColumns / 2,
                size.columns / 2 - kDigitColumns * length / 2, shown_, style);
    return std::nullopt;
}

} // namespace

std::unique_ptr<PaneMode> clock_mode(Server& server, Pane& pane) {
    return std::make_unique<ClockMode>(server, pane);
}

} // namespace berth::mux
