#include "picker.h"

#include "client.h"
#include "preview.h"
#include "prompt_keys.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>

namespace berth::mux {
namespace {

constexpr std::string_view kTitle = " Sessions of this account";
constexpr std::string_view kKeys =
    " Enter: attach  n: new  r: rename  x: kill  /: search  v: preview  q: leave";
constexpr std::string_view kFormat =
    "#{session_windows} windows#{?session_attached, (attached),}, used "
    "#{t/p:session_activity}: #{window_name}";
constexpr std::string_view kLeft = "[no session was chosen]";

// The lines' keys: 0 to 9.
std::string key_of(std::size_t line) {
    return line < 10 ? std::to_string(line) : "";
}

} // namespace

// First the overlay, so that the session does not take the client's size.
void Picker::show(Server& server, Client& client) {
    Session& below = *server.by_activity().front();
    const auto picker = std::make_shared<Picker>(server, client);
    client.show_overlay(picker);
    client.attach(below);
}

void Picker::rebuild() {
    std::vector<TreeItem> items;
    for (Session* session : server_.by_activity()) {
        Window* window = session->window();
        const FormatAbout about{session, session->current,
                                window,  window != nullptr ? window->active : nullptr,
                                nullptr, nullptr};
        items.push_back({session->id, session->name, expand(server_, about, kFormat), {}});
    }
    view_.set(std::move(items));
}

Session* Picker::current() const {
    const auto id = view_.current();
    return id ? server_.find_session(static_cast<SessionId>(*id)) : nullptr;
}

std::string Picker::last_line() const {
    switch (asks_) {
    case Asks::nothing:
        return told_.empty() ? std::string(kKeys) : " " + told_;
    case Asks::search:
        return " Search: ";
    case Asks::name_of_new:
        return " Name of the new session (empty: any): ";
    case Asks::new_name:
        return " New name: ";
    case Asks::kill: {
        const Session* session = current();
        return " Kill session " + (session != nullptr ? session->name : "") + "? (y/n) ";
    }
    }
    return {};
}

void Picker::draw(vt::Canvas& canvas) {
    rebuild();
    const vt::Size size = canvas.size();
    const FormatAbout about{.session = client_.session, .client = &client_};
    vt::Style bar;
    bar.attributes |= vt::kInverse;
    canvas.fill({0, 0, 1, size.columns}, bar);
    canvas.text(0, 0, size.columns, kTitle, bar);
    TreeLook look;
    look.selected.attributes |= std::to_underlying(format::Attribute::reverse);
    look.key = key_of;
    if (size.rows > 2)
        view_.draw(canvas, {1, 0, size.rows - 2, size.columns}, server_, about, look,
                   [this](vt::Canvas& on, vt::Rect area, TreeId id) {
                       if (const Session* session =
                               server_.find_session(static_cast<SessionId>(id)))
                           preview_session(on, area, server_, *session, scroll_);
                   });
    const int row = size.rows - 1;
    canvas.fill({row, 0, 1, size.columns}, bar);
    int column = canvas.text(row, 0, size.columns, last_line(), bar);
    canvas.cursor = vt::Cursor{};
    canvas.cursor.visible = asks_ != Asks::nothing;
    if (asks_ != Asks::nothing && asks_ != Asks::kill && column < size.columns)
        column += canvas.text(row, column, size.columns - column, line_.text(), bar);
    canvas.cursor.row = row;
    canvas.cursor.column = std::min(column, size.columns - 1);
}

Overlay::Took Picker::event(const keys::Event& event) {
    const bool pressed =
        event.kind == keys::EventKind::Key && event.action != keys::Action::Release;
    if (pressed && asks_ == Asks::nothing)
        list_key(event.key);
    else if (pressed)
        line_key(event.key);
    else if (event.kind == keys::EventKind::PasteData && asks_ != Asks::nothing)
        line_.insert(event.raw);
    if (client_.session != nullptr)
        client_.display.refresh();
    return Took::yes;
}

void Picker::ask(Asks what, std::string text) {
    asks_ = what;
    line_.set(text);
}

void Picker::list_key(keys::Key key) {
    told_.clear();
    rebuild();
    Session* session = current();
    if (key == keys::Key('n')) {
        ask(Asks::name_of_new, "");
        return;
    }
    if (session != nullptr && key == keys::Key('r')) {
        ask(Asks::new_name, session->name);
        return;
    }
    if (session != nullptr && key == keys::Key('x')) {
        ask(Asks::kill, "");
        return;
    }
    if (key == keys::Key('<') || key == keys::Key('>')) {
        scroll_ += key == keys::Key('<') ? -1 : 1;
        return;
    }
    switch (view_.key(key, key_of)) {
    case TreeAnswer::chosen:
        if (Session* chosen = current())
            choose(*chosen);
        break;
    case TreeAnswer::quit:
        server_.detach(client_, kLeft);
        break;
    case TreeAnswer::search:
        ask(Asks::search, "");
        break;
    case TreeAnswer::search_back:
        if (!searched_.empty())
            view_.search(searched_, TreeView::Way::back);
        break;
    default:
        break;
    }
}

void Picker::line_key(keys::Key key) {
    if (asks_ == Asks::kill) {
        Session* session = current();
        asks_ = Asks::nothing;
        if (session != nullptr && key == keys::Key('y'))
            kill(*session);
        return;
    }
    const auto means = prompt_key(PromptMode::emacs, key);
    if (!means)
        return;
    if (means->edit)
        line_.apply(*means->edit);
    if (means->act == PromptAct::cancel) {
        asks_ = Asks::nothing;
    } else if (means->act == PromptAct::accept) {
        answered();
    } else if (means->act == PromptAct::insert) {
        std::string character;
        keys::append_utf8(character, key.code);
        line_.insert(character);
    }
}

void Picker::answered() {
    const Asks what = std::exchange(asks_, Asks::nothing);
    const std::string text = line_.text();
    if (what == Asks::search) {
        searched_ = text;
        if (!view_.search(text, TreeView::Way::forward))
            told_ = "Nothing is called so";
        return;
    }
    if (what == Asks::name_of_new && text.empty()) {
        PaneWish wish;
        wish.directory = server_.user().home;
        const auto made = server_.new_session(server_.free_name("main"), &client_, client_.size(),
                                              std::move(wish));
        if (made) {
            (*made)->by_login = true;
            choose(**made);
        } else {
            told_ = made.error().operation;
        }
        return;
    }
    if (const auto allowed = Server::check_name(text); !allowed) {
        told_ = allowed.error().operation;
        return;
    }
    if (server_.session_named(text) != nullptr) {
        told_ = "There is a session " + text + " already";
        return;
    }
    if (what == Asks::new_name) {
        if (Session* session = current()) {
            session->name = text;
            server_.changed();
            server_.refresh(*session);
        }
        return;
    }
    PaneWish wish;
    wish.directory = server_.user().home;
    const auto made = server_.new_session(text, &client_, client_.size(), std::move(wish));
    if (!made) {
        told_ = made.error().operation;
        return;
    }
    (*made)->by_login = true;
    choose(**made);
}

// The terminal gets the session's history, as with any login.
void Picker::choose(Session& session) {
    server_.update_environment(session, client_);
    if (client_.session != &session)
        client_.attach(session);
    server_.tell(protocol::EventKind::attached, session.name, client_.address());
    const auto self = client_.overlay(); // stays until this is done
    client_.close_overlay(*this);
    server_.resize_windows(session);
    client_.display.refresh();
}

// The client is not to end with the session that it is attached to.
void Picker::kill(Session& session) {
    if (client_.session == &session)
        for (Session* other : server_.by_activity())
            if (other != &session) {
                client_.attach(*other);
                break;
            }
    server_.kill_session(session);
}

} // namespace berth::mux
