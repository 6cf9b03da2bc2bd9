// Copy mode and view mode: a pane's lines as they were when the mode began (or the output of a
// command), with lib/copy's cursor, selection and searches over them. The program goes on
// meanwhile; refresh-now and refresh-on take its lines anew.
#pragma once

#include "base/event.h"
#include "copy/copy.h"
#include "mode.h"
#include "mouse.h"
#include "vt/terminal.h"

#include <string>
#include <string_view>

namespace berth::mux {

// A terminal's history and screen, as lib/copy reads them.
class TerminalLines final : public copy::View {
  public:
    explicit TerminalLines(const vt::Terminal& terminal) : terminal_(&terminal) {}
    [[nodiscard]] int columns() const override { return terminal_->size().columns; }
    [[nodiscard]] int rows() const override { return terminal_->size().rows; }
    [[nodiscard]] int lines() const override;
    void read(int line, copy::Row& row) const override;
    [[nodiscard]] int may_have(int line, int step, std::string_view part, bool fold) const override;
    [[nodiscard]] vt::LineView line(int number) const; // until the next one is asked for

  private:
    const vt::Terminal* terminal_;
    mutable vt::LineBuffer buffer_;
};

class CopyMode final : public PaneMode {
  public:
    enum class Kind { copy, view };

    // Of another pane's lines, too.
    CopyMode(Server& server, Pane& pane, const vt::Terminal& source, Kind kind);

    [[nodiscard]] std::string_view name() const override {
        return kind_ == Kind::copy ? "copy-mode" : "view-mode";
    }
    [[nodiscard]] std::string key_table() const override;
    bool command(const ModeCommand& command) override;
    [[nodiscard]] std::optional<vt::Cursor> draw(vt::Canvas& canvas, vt::Rect box) override;
    void resized() override;
    void pane_printed() override;
    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const override;

    void set_scroll_exit(bool exit) { copy_.set_scroll_exit(exit); }
    void hide_position() { copy_.set_position_shown(false); }
    // To the part of all lines that this row of the pane's scrollbar stands for.
    void scroll_to(int row);
    // Where the lines are of what the pane shows: right of their numbers.
    [[nodiscard]] copy::Point at(PanePlace place) const;
    void run(std::string_view name); // a command without arguments, for nobody
    void add(std::string_view text); // view mode: further lines
    [[nodiscard]] const copy::Copy& state() const { return copy_; }
    [[nodiscard]] const vt::Terminal& backing() const { return backing_; }
    // A drag of the mouse, in the pane's rows and columns (which may be outside of it).
    void drag_begin(copy::Point at);
    void drag_to(copy::Point at);
    void drag_end();

  private:
    void settle();
    void take_pane_lines();
    void drag_on(copy::Point at);
    void carry_out(const copy::Action& action);
    void give_text(const copy::Action& action);
    struct Looks {
        vt::Style selection;
        vt::Style match;
        vt::Style current_match;
        vt::Style mark;
    };
    [[nodiscard]] vt::Style style(std::string_view option) const;
    void draw_line(vt::Canvas& canvas, vt::Rect place, int number, const Looks& looks);
    [[nodiscard]] vt::Rect draw_lines(vt::Canvas& canvas, vt::Rect box, const Looks& looks);
    void draw_position(vt::Canvas& canvas, vt::Rect box);
    [[nodiscard]] bool numbered() const;
    [[nodiscard]] int number_columns() const;
    [[nodiscard]] int first_column() const;
    void draw_numbers(vt::Canvas& canvas, vt::Rect box) const;

    Kind kind_;
    vt::Terminal backing_;
    TerminalLines lines_;
    copy::Copy copy_;
    std::uint64_t deadline_us_ = 0; // of the search that runs
    bool refreshing_ = false;
    std::optional<bool> line_numbers_; // in place of what copy-mode-line-numbers says
    bool empty_ = true;                // view mode: nothing was added yet
    Source refresh_due_;
    Source scroll_due_; // a drag is held above or below the pane
};

// The options of copy mode as they are now.
[[nodiscard]] copy::Settings copy_settings(Server& server, Pane& pane);
// What a button that is held down in a pane with copy mode does: selects.
void start_copy_drag(Server& server, const MouseAt& mouse, Pane& pane);
// What a button that is held down on the pane's scrollbar does: scrolls.
void start_scroll_drag(Server& server, const MouseAt& mouse, Pane& pane);
// What a command of a key says, below what the view mode shows already.
void show_in_view(Server& server, Pane& pane, std::string_view text);
// The copy or view mode that the pane shows; nullptr: another one or none.
[[nodiscard]] CopyMode* copy_mode_of(const Pane& pane);

} // namespace berth::mux
