// A prompt of one client: a line to be typed in the status line's place (or on the last line of a
// pane). command-prompt, confirm-before and the lists to choose from ask with it.
#pragma once

#include "base/event.h"
#include "formats.h"
#include "menu.h"
#include "overlay.h"
#include "prompt/editor.h"
#include "prompt/history.h"
#include "prompt_keys.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Client;
class Server;

enum class PromptTakes : std::uint8_t {
    line,
    one_character, // which accepts it
    key,           // its name
    number,        // any other key accepts it, and means what it means without a prompt
};

struct PromptWish {
    std::string text;  // a format: what is asked
    std::string input; // a format: the line as it begins
    prompt::Type type = prompt::Type::command;
    PromptTakes takes = PromptTakes::line;
    bool incremental = false;           // changed() is called for every change
    bool cancel_when_empty = false;     // by BSpace
    bool completes = true;              // Tab does
    std::optional<PaneId> pane{};       // on whose last line it is
    std::optional<FormatAbout> about{}; // of the formats; else what the client shows
};

class Prompt final : public Overlay {
  public:
    // The line when it was accepted; nullopt when the prompt was cancelled. Called once, when the
    // prompt has gone already, so that another one can be shown.
    using Answered = std::move_only_function<void(std::optional<std::string> line)>;
    // "=line", "-line", "+line": the line changed, search on backwards or forwards.
    using Changed = std::move_only_function<void(std::string line)>;

    static void ask(Server& server, Client& client, PromptWish wish, Answered answered,
                    Changed changed = {});

    Prompt(Server& server, Client& client, PromptWish wish, Answered answered, Changed changed);
    void draw(vt::Canvas& canvas) override;
    Took event(const keys::Event& event) override;
    void resized() override { choices_.reset(); }
    void closed() override;
    void tell(std::string_view hook) const; // of a prompt in a pane

  private:
    struct Place {
        int row = 0;
        int column = 0;
        int columns = 0;
    };
    [[nodiscard]] FormatAbout about() const;
    [[nodiscard]] Place place(const vt::Canvas& canvas) const;
    [[nodiscard]] std::string flags() const;
    Took key(keys::Key key);
    void line_key(keys::Key key);
    void act(const PromptKey& means);
    void accept(std::string line);
    void cancel();
    void answer(std::optional<std::string> line);
    void typed(bool changed);
    void tell(char prefix);
    void search(char prefix);
    void paste();
    void complete();
    void choose(std::vector<std::string> choices, const prompt::Editor::Word& word,
                std::string begin);
    void draw_line(vt::Canvas& canvas, const Place& place, int start, const format::Pen& pen) const;

    Server& server_;
    Client& client_;
    PromptWish wish_;
    Answered answered_;
    Changed changed_;
    std::string text_;  // expanded
    std::string input_; // expanded
    prompt::Editor editor_;
    prompt::Browser browser_;
    PromptMode mode_ = PromptMode::emacs;
    bool quote_ = false;
    int shown_row_ = 0;
    int shown_column_ = 0;          // where the line begins, for the choices
    std::unique_ptr<Menu> choices_; // of a completion
};

} // namespace berth::mux
