#include "keys/clicks.h"

#include <boost/test/unit_test.hpp>

#include <string>

namespace keys = berth::keys;
using keys::Clicks;
using keys::MouseAction;
using keys::MousePlace;
using keys::MouseReport;
using keys::MouseTarget;

namespace {

// Plays a client: every report is `step` after the one before.
class Client {
  public:
    Client& down(std::uint8_t button, unsigned x, std::uint8_t modifiers = 0) {
        return send({MouseAction::Press, button, modifiers, x, 0});
    }
    Client& up(std::uint8_t button, unsigned x, std::uint8_t modifiers = 0) {
        return send({MouseAction::Release, button, modifiers, x, 0});
    }
    Client& move(std::uint8_t button, unsigned x) {
        return send({MouseAction::Motion, button, 0, x, 0});
    }
    Client& click(std::uint8_t button, unsigned x) { return down(button, x).up(button, x); }
    Client& wait(int milliseconds) {
        now_ += std::chrono::milliseconds(milliseconds);
        if (const auto deadline = clicks_.deadline(); deadline && now_ >= *deadline)
            add(clicks_.expire(now_));
        return *this;
    }
    Client& at(MousePlace place, std::uint64_t id) {
        target_ = {place, id};
        return *this;
    }
    std::string done() { return wait(1000).log_; }

  private:
    Client& send(const MouseReport& report) {
        wait(10);
        add(clicks_.feed(report, target_, now_));
        return *this;
    }
    void add(const std::optional<keys::MouseEvent>& event) {
        if (event)
            log_ += (log_.empty() ? "" : " ") + keys::key_name(event->key) + ":" +
                    std::to_string(event->target.id) + "@" + std::to_string(event->report.x);
    }

    Clicks clicks_;
    Clicks::Time now_{};
    MouseTarget target_{};
    std::string log_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(keys_clicks)

BOOST_AUTO_TEST_CASE(one_two_and_three_clicks) {
    BOOST_TEST(Client().click(1, 4).done() == "MouseDown1Pane:0@4 MouseUp1Pane:0@4");
    BOOST_TEST(Client().click(1, 4).click(1, 4).done() ==
               "MouseDown1Pane:0@4 MouseUp1Pane:0@4 SecondClick1Pane:0@4 MouseUp1Pane:0@4 "
               "DoubleClick1Pane:0@4");
    BOOST_TEST(Client().click(1, 4).wait(200).click(1, 4).wait(200).click(1, 4).done() ==
               "MouseDown1Pane:0@4 MouseUp1Pane:0@4 SecondClick1Pane:0@4 MouseUp1Pane:0@4 "
               "TripleClick1Pane:0@4 MouseUp1Pane:0@4");
    BOOST_TEST(Client().click(1, 4).click(1, 4).click(1, 4).click(1, 4).done().ends_with(
        "TripleClick1Pane:0@4 MouseUp1Pane:0@4 MouseDown1Pane:0@4 MouseUp1Pane:0@4"));
    BOOST_TEST(Client().click(1, 4).wait(500).click(1, 4).done() ==
               "MouseDown1Pane:0@4 MouseUp1Pane:0@4 MouseDown1Pane:0@4 MouseUp1Pane:0@4");
}

BOOST_AUTO_TEST_CASE(a_second_click_held_down_is_a_double_click_in_time) {
    BOOST_TEST(Client().click(1, 4).down(1, 4).wait(600).up(1, 4).done() ==
               "MouseDown1Pane:0@4 MouseUp1Pane:0@4 SecondClick1Pane:0@4 DoubleClick1Pane:0@4 "
               "MouseUp1Pane:0@4");
}

BOOST_AUTO_TEST_CASE(another_cell_is_the_same_place_but_another_pane_or_button_is_not) {
    BOOST_TEST(Client().click(1, 4).click(1, 8).done().ends_with("DoubleClick1Pane:0@8"));
    BOOST_TEST(Client().click(1, 4).at(MousePlace::Pane, 1).click(1, 60).done() ==
               "MouseDown1Pane:0@4 MouseUp1Pane:0@4 MouseDown1Pane:1@60 MouseUp1Pane:1@60");
    BOOST_TEST(
        Client().click(1, 4).at(MousePlace::StatusLeft, 0).click(1, 4).done() ==
        "MouseDown1Pane:0@4 MouseUp1Pane:0@4 MouseDown1StatusLeft:0@4 MouseUp1StatusLeft:0@4");
    BOOST_TEST(Client().click(1, 4).click(3, 4).done() ==
               "MouseDown1Pane:0@4 MouseUp1Pane:0@4 MouseDown3Pane:0@4 MouseUp3Pane:0@4");
}

BOOST_AUTO_TEST_CASE(drags) {
    BOOST_TEST(Client().down(1, 4).move(1, 5).move(1, 6).move(1, 6).up(1, 6).done() ==
               "MouseDown1Pane:0@4 MouseDrag1Pane:0@5 MouseDrag1Pane:0@6 MouseDragEnd1Pane:0@6");
    BOOST_TEST(Client().down(1, 4).move(1, 4).up(1, 4).done() ==
               "MouseDown1Pane:0@4 MouseDrag1Pane:0@4 MouseDragEnd1Pane:0@4");
    BOOST_TEST(
        Client()
            .at(MousePlace::Border, 7)
            .down(1, 40)
            .at(MousePlace::Pane, 1)
            .move(1, 41)
            .move(1, 42)
            .up(1, 42)
            .done() ==
        "MouseDown1Border:7@40 MouseDrag1Border:7@41 MouseDrag1Pane:1@42 MouseDragEnd1Pane:1@42");
    BOOST_TEST(Client().down(1, 4).move(1, 5).click(3, 5).done() ==
               "MouseDown1Pane:0@4 MouseDrag1Pane:0@5 MouseDown3Pane:0@5 MouseUp3Pane:0@5");
}

BOOST_AUTO_TEST_CASE(wheel_motion_and_stray_releases) {
    BOOST_TEST(Client().down(4, 4).down(5, 4).down(4, 4).done() ==
               "WheelUpPane:0@4 WheelDownPane:0@4 WheelUpPane:0@4");
    BOOST_TEST(
        Client().click(1, 4).down(4, 4).click(1, 4).done().ends_with("DoubleClick1Pane:0@4"));
    BOOST_TEST(Client().move(0, 4).move(0, 4).move(0, 5).done() ==
               "MouseMovePane:0@4 MouseMovePane:0@5");
    BOOST_TEST(Client().up(1, 4).done() == "");
    BOOST_TEST(Client().down(1, 4).down(3, 4).up(3, 4).up(1, 4).done() ==
               "MouseDown1Pane:0@4 MouseDown3Pane:0@4 MouseUp3Pane:0@4 MouseUp1Pane:0@4");
}

BOOST_AUTO_TEST_CASE(modifiers_are_those_of_the_press) {
    BOOST_TEST(Client().down(1, 4, keys::kCtrl).up(1, 4).done() ==
               "C-MouseDown1Pane:0@4 C-MouseUp1Pane:0@4");
    BOOST_TEST(Client().down(2, 4).up(0, 4).done() == "MouseDown2Pane:0@4 MouseUp2Pane:0@4");
}

BOOST_AUTO_TEST_SUITE_END()
