// switch-mode: windows or sessions to switch to, found by some of their letters.
#include "answers.h"
#include "client.h"
#include "format/values.h"
#include "modes.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>

namespace berth::mux {
namespace {

constexpr std::string_view kWindows = "#{session_name}:#{window_index} #{window_name}";
constexpr std::string_view kSessions = "#{session_name}: #{session_windows} windows";
constexpr std::string_view kSwitch = "switch-client -Zt '%%'";
constexpr std::size_t kMaxTyped = 200; // bytes

struct Choice {
    std::string target;
    std::string text;
    std::vector<std::size_t> matched; // which of its characters were typed
};

class SwitchMode final : public PaneMode {
  public:
    SwitchMode(const Call& call, const Found& found)
        : PaneMode(call.server, *found.pane), answers_(call, 0, kSwitch),
          sessions_(call.arguments().has('s')),
          format_(call.arguments().value('F').value_or(sessions_ ? kSessions : kWindows)),
          kills_(call.arguments().has('k')),
          unzooms_(call.arguments().has('Z') && !found.window->zoomed &&
                   found.window->panes.size() > 1) {}

    [[nodiscard]] std::string_view name() const override { return "switch-mode"; }
    void key(Client& client, keys::Key key, const MouseAt* mouse) override;
    [[nodiscard]] std::optional<vt::Cursor> draw(vt::Canvas& canvas, vt::Rect box) override;

  private:
    [[nodiscard]] std::vector<Choice> choices() const;
    void add(std::vector<Choice>& choices, std::string target, const FormatAbout& about) const;
    void draw_choice(vt::Canvas& canvas, vt::Rect row, const Choice& choice, bool current) const;
    [[nodiscard]] bool moves(keys::Key key);
    [[nodiscard]] bool edits(keys::Key key);
    void choose(const Client& client);
    void leave();
    [[nodiscard]] vt::Style style(std::string_view option) const {
        return cell_style(option_style(server(), {.window = pane().window, .pane = &pane()},
                                       pane().options, option));
    }

    Answers answers_;
    bool sessions_;
    std::string format_;
    bool kills_;
    bool unzooms_; // when it ends
    std::string typed_;
    std::size_t current_ = 0;
};

void SwitchMode::add(std::vector<Choice>& choices, std::string target,
                     const FormatAbout& item) const {
    Choice choice{std::move(target), expand(server(), item, format_), {}};
    if (!typed_.empty()) {
        auto matched = format::fuzzy_positions(typed_, choice.text);
        if (!matched)
            return;
        choice.matched = std::move(*matched);
    }
    choices.push_back(std::move(choice));
}

std::vector<Choice> SwitchMode::choices() const {
    std::vector<Choice> found;
    for (Session* session : server().by_name()) {
        if (session->window() == nullptr)
            continue;
        const std::string name = "=" + session->name + ":";
        if (sessions_) {
            add(found, name,
                {.session = session,
                 .index = session->current,
                 .window = session->window(),
                 .pane = session->window()->active});
            continue;
        }
        for (const auto& [index, window] : session->windows)
            add(found, name + std::to_string(index),
                {.session = session, .index = index, .window = window, .pane = window->active});
    }
    return found;
}

bool SwitchMode::moves(keys::Key key) {
    const std::size_t count = choices().size();
    const bool down = key == keys::Key(keys::Named::Down) || key == keys::Key('n', keys::kCtrl) ||
                      key == keys::Key(keys::kTab);
    const bool up = key == keys::Key(keys::Named::Up) || key == keys::Key('p', keys::kCtrl) ||
                    key == keys::Key(keys::Named::BTab);
    if (count > 0 && (down || up))
        current_ = (std::min(current_, count - 1) + (down ? 1 : count - 1)) % count;
    return down || up;
}

bool SwitchMode::edits(keys::Key key) {
    if (key == keys::Key(keys::Named::BSpace) || key == keys::Key('h', keys::kCtrl)) {
        while (!typed_.empty() && (static_cast<unsigned char>(typed_.back()) & 0xc0) == 0x80)
            typed_.pop_back();
        if (!typed_.empty())
            typed_.pop_back();
    } else if (key == keys::Key('u', keys::kCtrl)) {
        typed_.clear();
    } else if (key.modifiers == 0 && key.is_character() && key.code >= keys::kSpace &&
               typed_.size() < kMaxTyped) {
        typed_ += keys::key_name(key) == "Space" ? " " : keys::key_name(key);
    } else {
        return false;
    }
    current_ = 0;
    return true;
}

void SwitchMode::leave() {
    Server& all = server();
    Pane& shown = pane();
    if (unzooms_ && shown.window->zoomed)
        all.unzoom(*shown.window);
    all.leave_mode(shown);
    if (kills_)
        all.kill_pane(shown);
}

void SwitchMode::choose(const Client& client) {
    const std::vector<Choice> all = choices();
    const std::string target = all.empty() ? "" : all[std::min(current_, all.size() - 1)].target;
    const Answers answers = answers_;
    Server& of = server();
    const Origin origin{.client = client.id};
    leave();
    if (!target.empty())
        run_answer(of, origin, answers, std::span(&target, 1), nullptr);
}

void SwitchMode::key(Client& client, keys::Key key, const MouseAt* /*mouse*/) {
    if (key == keys::Key(keys::kEscape) || key == keys::Key('c', keys::kCtrl) ||
        key == keys::Key('g', keys::kCtrl))
        return leave();
    if (key == keys::Key(keys::kEnter) || key == keys::Key('m', keys::kCtrl))
        return choose(client);
    if (moves(key) || edits(key))
        server().refresh(*pane().window);
}

void SwitchMode::draw_choice(vt::Canvas& canvas, vt::Rect row, const Choice& choice,
                             bool current) const {
    const vt::Style base = current ? style("mode-style") : vt::Style{};
    canvas.fill(row, base);
    canvas.text(row.row, row.column, row.columns, choice.text, base);
    const vt::Style match = style("switch-mode-match-style");
    vt::Canvas measure({1, std::max(1, row.columns)});
    std::size_t number = 0;
    for (std::size_t at = 0; at < choice.text.size(); ++number) {
        std::size_t end = at + 1;
        while (end < choice.text.size() &&
               (static_cast<unsigned char>(choice.text[end]) & 0xc0) == 0x80)
            ++end;
        if (std::ranges::find(choice.matched, number) != choice.matched.end()) {
            const std::string_view text = choice.text;
            const int from = measure.text(0, 0, row.columns, text.substr(0, at), {});
            const int to = measure.text(0, 0, row.columns, text.substr(0, end), {});
            if (to > from)
                canvas.restyle({row.row, row.column + from, 1, to - from}, match);
        }
        at = end;
    }
}

std::optional<vt::Cursor> SwitchMode::draw(vt::Canvas& canvas, vt::Rect box) {
    canvas.fill(box, {});
    const std::vector<Choice> all = choices();
    current_ = all.empty() ? 0 : std::min(current_, all.size() - 1);
    const int used = canvas.text(box.row, box.column, box.columns,
                                 (sessions_ ? "session: " : "window: ") + typed_, {});
    const std::size_t rows = static_cast<std::size_t>(std::max(0, box.rows - 1));
    const std::size_t first = rows > 0 && current_ >= rows ? current_ + 1 - rows : 0;
    for (std::size_t row = 0; row < rows && first + row < all.size(); ++row)
        draw_choice(canvas, {box.row + 1 + static_cast<int>(row), box.column, 1, box.columns},
                    all[first + row], first + row == current_);
    vt::Cursor cursor;
    cursor.visible = true;
    cursor.row = box.row;
    cursor.column = box.column + std::min(used, std::max(0, box.columns - 1));
    return cursor;
}

} // namespace

std::unique_ptr<PaneMode> switch_mode(const Call& call, const Found& found) {
    return std::make_unique<SwitchMode>(call, found);
}

} // namespace berth::mux
