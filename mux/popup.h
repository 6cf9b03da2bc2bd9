// A popup: a box above the window with a program on a terminal of its own, started by the keeper as
// a job. Owned by its client; the program is ended with it.
#pragma once

#include "execution.h"
#include "format/style.h"
#include "job.h"
#include "overlay.h"
#include "vt/terminal.h"

#include <memory>
#include <string>

namespace berth::mux {

class Client;
class Server;

inline constexpr std::size_t kMaxPopupInput = 1U << 20; // bytes that wait for the program

enum class PopupEnds : std::uint8_t {
    by_key,       // Escape or C-c, and only so
    with_program, // -E
    with_success, // -EE: when the program ends with 0
};

struct PopupWish {
    vt::Rect area; // with the border
    bool border = true;
    vt::BorderLines lines = vt::BorderLines::single;
    format::Pen style;
    format::Pen border_style;
    std::string title; // expanded
    PopupEnds ends = PopupEnds::by_key;
    bool any_key = false; // -k: any key closes it after the program's end
    JobWish job;
};

class Popup final : public Overlay, private vt::Sink {
  public:
    static void show(Server& server, Client& client, PopupWish wish,
                     std::shared_ptr<Execution> waiting);

    Popup(Server& server, Client& client, PopupWish wish, std::shared_ptr<Execution> waiting);
    ~Popup() override;
    void draw(vt::Canvas& canvas) override;
    Took event(const keys::Event& event) override;
    void resized() override;
    void closed() override;

  private:
    [[nodiscard]] vt::Rect inside() const;
    void start();
    void connected(Fd master);
    void read_program();
    void write_program();
    void input(std::string_view bytes);
    void program_ended(const JobEnd& end);
    void place(vt::Rect area);
    Took key(const keys::Event& event);
    void mouse(const keys::MouseReport& report);
    void drag(const keys::MouseReport& report);
    void changed();

    // ---- vt::Sink
    void answer(std::string_view bytes) override { input(bytes); }
    void relay(std::string_view /*bytes*/) override {}
    void bell() override;
    void title_changed() override {}
    void clipboard_set(std::string_view selection, std::string_view base64) override;
    void window_name(std::string_view /*name*/) override {}

    Server& server_;
    Client& client_;
    PopupWish wish_;
    vt::Rect wanted_; // as it was asked for, for a terminal that becomes larger again
    std::shared_ptr<Execution> waiting_;
    vt::Terminal terminal_;
    JobId job_ = 0;
    bool ended_ = false;
    int status_ = 0;
    Fd master_;
    Source watch_;
    std::string input_;
    std::optional<keys::MouseReport> held_; // the press that may begin a drag of the box
};

} // namespace berth::mux
