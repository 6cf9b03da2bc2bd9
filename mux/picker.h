// The menu of a login (on_login = menu): the user's sessions with a preview, to choose one, make a
// new one, search, rename and kill. It takes the client's whole terminal; the session that the
// client is attached to meanwhile is not shown and keeps its size.
#pragma once

#include "overlay.h"
#include "prompt/editor.h"
#include "tree_view.h"

#include <string>

namespace berth::mux {

class Client;
class Server;
struct Session;

class Picker final : public Overlay {
  public:
    // There is a session at least.
    static void show(Server& server, Client& client);

    Picker(Server& server, Client& client) : server_(server), client_(client), line_("") {}
    void draw(vt::Canvas& canvas) override;
    Took event(const keys::Event& event) override;
    [[nodiscard]] bool covers() const override { return true; }

  private:
    enum class Asks : std::uint8_t { nothing, search, name_of_new, new_name, kill };

    void rebuild();
    void list_key(keys::Key key);
    void line_key(keys::Key key);
    void ask(Asks what, std::string text);
    void answered();
    void choose(Session& session);
    void kill(Session& session);
    [[nodiscard]] Session* current() const;
    [[nodiscard]] std::string last_line() const;

    Server& server_;
    Client& client_;
    TreeView view_;
    Asks asks_ = Asks::nothing;
    prompt::Editor line_;
    std::string searched_;
    std::string told_; // what went wrong with the last answer
    int scroll_ = 0;
};

} // namespace berth::mux
