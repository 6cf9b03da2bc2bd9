#include "prompt.h"

#include "buffers.h"
#include "client.h"
#include "completion.h"
#include "format/text.h"
#include "scene.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>

namespace berth::mux {
namespace {

// As much of a pasted buffer as belongs on one line.
std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find_first_of("\n\r")));
}

// Shift is in the character, however the terminal told of it.
keys::Key typed_key(const keys::Event& event) {
    keys::Key key = event.key;
    if (key.is_character() && key.modifiers == keys::kShift) {
        key.modifiers = 0;
        if (event.shifted != 0)
            key.code = event.shifted;
    }
    return key;
}

} // namespace

void Prompt::ask(Server& server, Client& client, PromptWish wish, Answered answered,
                 Changed changed) {
    auto prompt = std::make_shared<Prompt>(server, client, std::move(wish), std::move(answered),
                                           std::move(changed));
    client.display.key_pressed(); // a message gives way
    client.show_overlay(prompt);
    prompt->tell("pane-prompt-opened");
    if (prompt->wish_.incremental && prompt->changed_)
        prompt->changed_("=");
}

Prompt::Prompt(Server& server, Client& client, PromptWish wish, Answered answered, Changed changed)
    : server_(server), client_(client), wish_(std::move(wish)), answered_(std::move(answered)),
      changed_(std::move(changed)), editor_(client.session->options.text("word-separators")) {
    const FormatAbout item = wish_.about.value_or(about());
    text_ = expand(server_, item, wish_.text, true);
    input_ = expand(server_, item, wish_.input, true);
    wish_.about.reset(); // what it points to may go
    if (!wish_.incremental)
        editor_.set(input_);
    if (client.session->options.text("status-keys") == "vi")
        mode_ = PromptMode::vi_insert;
}

FormatAbout Prompt::about() const {
    FormatAbout item;
    item.session = client_.session;
    item.index = client_.session->current;
    item.window = client_.session->window();
    item.pane = item.window != nullptr ? item.window->active : nullptr;
    item.client = &client_;
    return item;
}

std::string Prompt::flags() const {
    return wish_.pane ? "ISPANE" : "";
}

Prompt::Place Prompt::place(const vt::Canvas& canvas) const {
    const Rows rows = rows_of(server_, client_);
    Place place{rows.message, 0, canvas.size().columns};
    const Window* window = client_.session->window();
    const Pane* pane = wish_.pane && window != nullptr ? window->find(*wish_.pane) : nullptr;
    if (pane == nullptr || (window->only() != nullptr && window->only() != pane))
        return place;
    const layout::Box box = window->box(*pane);
    const int row = static_cast<int>(box.y + box.height) - 1 - client_.corner.row;
    const int column = std::max(0, static_cast<int>(box.x) - client_.corner.column);
    if (row < 0 || row >= rows.rows || column >= canvas.size().columns)
        return place;
    return {rows.top + row, column,
            std::min(static_cast<int>(box.width), canvas.size().columns - column)};
}

void Prompt::draw(vt::Canvas& canvas) {
    const Place at = place(canvas);
    const bool commands = mode_ == PromptMode::vi_command;
    const Extra extra = {
        {"command_prompt", commands ? "1" : "0"}, {"prompt_flags", flags()}, {"message", text_}};
    FormatAbout item = about();
    item.extra = &extra;
    const options::Set& options = client_.session->options;
    const format::Pen pen =
        option_style(server_, item, options, commands ? "message-command-style" : "message-style");
    canvas.fill({at.row, at.column, 1, at.columns}, cell_style(pen));
    const std::string text = expand(server_, item, options.text("message-format"), true);
    const int start =
        draw_formatted(canvas, server_, item, at.row, at.column, at.columns, text, pen);
    draw_line(canvas, at, std::min(start, at.columns - 1), pen);
    canvas.modes.bracketed_paste = true;
    shown_row_ = at.row;
    shown_column_ = at.column + start;
    if (choices_)
        choices_->draw(canvas, server_, item);
}

// The part of the line around the cursor that there is space for.
void Prompt::draw_line(vt::Canvas& canvas, const Place& at, int start,
                       const format::Pen& pen) const {
    std::string shown;
    int before = 0; // columns left of the cursor
    const auto& characters = editor_.characters();
    for (std::size_t i = 0; i < characters.size(); ++i) {
        if (i == editor_.cursor())
            before = static_cast<int>(format::plain_columns(shown, format::default_width));
        shown += characters[i];
    }
    if (editor_.cursor() >= characters.size())
        before = static_cast<int>(format::plain_columns(shown, format::default_width));
    const int room = at.columns - start;
    const int skipped = before >= room ? before - room + 1 : 0;
    int column = 0;
    for (const std::string& character : characters) {
        const int width = static_cast<int>(format::plain_columns(character, format::default_width));
        if (column >= skipped && column - skipped + width <= room)
            canvas.text(at.row, at.column + start + column - skipped, width, character,
                        cell_style(pen));
        column += width;
    }
    canvas.cursor = vt::Cursor{};
    canvas.cursor.row = at.row;
    canvas.cursor.column = at.column + start + before - skipped;
    canvas.cursor.visible = true;
}

Overlay::Took Prompt::event(const keys::Event& event) {
    if (choices_ && event.kind == keys::EventKind::Mouse)
        return Took::yes;
    switch (event.kind) {
    case keys::EventKind::Key:
        return event.action == keys::Action::Release ? Took::yes : key(typed_key(event));
    case keys::EventKind::PasteData:
        if (wish_.takes == PromptTakes::line)
            typed(editor_.insert(event.raw));
        return Took::yes;
    default:
        return Took::yes;
    }
}

Overlay::Took Prompt::key(keys::Key key) {
    switch (wish_.takes) {
    case PromptTakes::key:
        answer(keys::key_name(key));
        return Took::yes;
    case PromptTakes::number:
        if (key.modifiers == 0 && key.code >= '0' && key.code <= '9') {
            std::string digit;
            keys::append_utf8(digit, key.code);
            typed(editor_.insert(digit));
            return Took::yes;
        }
        if (key == keys::Key(keys::Named::BSpace)) {
            typed(editor_.apply(prompt::Edit::erase_left));
            return Took::yes;
        }
        answer(editor_.text());
        return Took::no;
    default:
        line_key(key);
        return Took::yes;
    }
}

void Prompt::line_key(keys::Key key) {
    if (choices_) {
        switch (choices_->key(key)) {
        case MenuAnswer::chosen: {
            const auto taken = std::move(choices_);
            editor_.replace(editor_.word(), taken->items()[*taken->chosen()].command.text());
            typed(true);
            return;
        }
        case MenuAnswer::closed:
            choices_.reset();
            break;
        case MenuAnswer::none:
            break;
        }
        client_.display.refresh();
        return;
    }
    const bool plain = key.is_character() && (key.modifiers & ~keys::kShift) == 0;
    if (quote_ && (plain || key.has(keys::kCtrl))) {
        quote_ = false;
        act(PromptKey{});
    }
    const auto means = prompt_key(mode_, key);
    if (!means)
        return;
    if (means->act != PromptAct::insert) {
        act(*means);
        return;
    }
    std::string character;
    keys::append_utf8(character, key.code);
    const bool changed = editor_.insert(character);
    if (wish_.takes == PromptTakes::one_character && changed)
        accept(editor_.text());
    else
        typed(changed);
}

void Prompt::act(const PromptKey& means) {
    if (means.edit) {
        const bool gives_up = wish_.cancel_when_empty && editor_.empty() &&
                              *means.edit == prompt::Edit::erase_left &&
                              means.act == PromptAct::edit;
        if (gives_up) {
            cancel();
            return;
        }
        const bool changed = editor_.apply(*means.edit);
        if (means.act == PromptAct::edit) {
            typed(changed);
            return;
        }
    }
    const auto& lines = server_.prompt_history.lines(wish_.type);
    switch (means.act) {
    case PromptAct::complete:
        complete();
        break;
    case PromptAct::accept:
        accept(editor_.text());
        return;
    case PromptAct::cancel:
        cancel();
        return;
    case PromptAct::older:
    case PromptAct::newer:
        if (auto line = means.act == PromptAct::older ? browser_.up(lines) : browser_.down(lines)) {
            editor_.set(*line);
            typed(true);
        }
        break;
    case PromptAct::paste:
        paste();
        break;
    case PromptAct::search_back:
    case PromptAct::search_forward:
        search(means.act == PromptAct::search_back ? '-' : '+');
        break;
    case PromptAct::quote:
        quote_ = true;
        break;
    case PromptAct::command_mode:
        mode_ = PromptMode::vi_command;
        break;
    case PromptAct::insert_mode:
        mode_ = PromptMode::vi_insert;
        break;
    case PromptAct::insert:
    case PromptAct::edit:
        break;
    }
    client_.display.refresh();
}

void Prompt::typed(bool changed) {
    if (changed && wish_.incremental)
        tell('=');
    client_.display.refresh();
}

void Prompt::tell(char prefix) {
    if (changed_)
        changed_(prefix + editor_.text());
}

// Of an incremental prompt: on to the next place; with an empty line, what was searched before.
void Prompt::search(char prefix) {
    if (!wish_.incremental)
        return;
    if (editor_.empty()) {
        editor_.set(input_);
        tell('=');
    } else {
        tell(prefix);
    }
}

void Prompt::paste() {
    std::string text = editor_.erased();
    if (text.empty())
        if (const Buffer* buffer = server_.buffers.newest())
            text = first_line(buffer->text);
    typed(editor_.insert(text));
}

void Prompt::accept(std::string line) {
    if (!line.empty() && wish_.takes == PromptTakes::line)
        server_.prompt_history.add(
            wish_.type, line,
            static_cast<std::size_t>(server_.server_options.number("prompt-history-limit")));
    answer(std::move(line));
}

void Prompt::cancel() {
    answer(std::nullopt);
}

void Prompt::answer(std::optional<std::string> line) {
    auto answered = std::exchange(answered_, nullptr);
    changed_ = nullptr;
    client_.close_overlay(*this);
    if (answered)
        answered(std::move(line));
}

void Prompt::tell(std::string_view hook) const {
    if (const Pane* pane = wish_.pane ? server_.find_pane(*wish_.pane) : nullptr)
        server_.hooks.of_pane(hook, *pane);
}

void Prompt::closed() {
    tell("pane-prompt-closed");
    if (auto answered = std::exchange(answered_, nullptr))
        answered(std::nullopt);
}

void Prompt::complete() {
    if (!wish_.completes || wish_.type == prompt::Type::search)
        return;
    const prompt::Editor::Word word = editor_.word();
    Completion found =
        complete_word(server_, *client_.session, wish_.type, word.text, word.begin == 0);
    if (!found.text.empty() && found.text != word.text) {
        editor_.replace(word, found.text);
        typed(true);
        return; // what is left to choose from comes with the next try
    }
    if (found.choices.size() > 1)
        choose(std::move(found.choices), editor_.word(), std::move(found.begin));
}

// The choices in a menu above (or below) the line.
void Prompt::choose(std::vector<std::string> choices, const prompt::Editor::Word& word,
                    std::string begin) {
    const vt::Size size = client_.size();
    const Rows rows = rows_of(server_, client_);
    const std::size_t most = static_cast<std::size_t>(std::max(0, std::min(size.rows - 3, 10)));
    if (choices.size() > most)
        choices.resize(most);
    if (choices.empty())
        return;
    std::vector<MenuItem> items;
    for (std::size_t i = 0; i < choices.size(); ++i)
        items.push_back({choices[i], keys::Key(static_cast<std::uint32_t>('0' + i)), true,
                         command::Value(begin + choices[i])});
    const FormatAbout item = about();
    const options::Set& options = item.window->options;
    MenuLook look;
    look.style = option_style(server_, item, options, "menu-style");
    look.selected = option_style(server_, item, options, "menu-selected-style", look.style);
    look.border = option_style(server_, item, options, "menu-border-style", look.style);
    look.lines = border_lines(options.text("menu-border-lines"));
    choices_ = std::make_unique<Menu>(std::move(items), look);
    int offset = shown_column_ + static_cast<int>(word.begin);
    offset = offset > 2 ? offset - 2 : 0;
    const int column = std::max(0, std::min(offset, size.columns - choices_->columns()));
    const int row =
        rows.message < size.rows / 2 ? rows.message + 1 : rows.message - choices_->rows();
    choices_->place(column, std::max(0, row));
    choices_->choose(0);
    client_.display.refresh();
}

} // namespace berth::mux
