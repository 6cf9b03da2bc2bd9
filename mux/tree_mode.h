// A pane's mode that is a list to choose from: choose-tree, choose-buffer, choose-client. What is
// in the list, what a line means and which further keys there are is each list's business.
#pragma once

#include "answers.h"
#include "formats.h"
#include "mode.h"
#include "tree_view.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class TreeMode : public PaneMode {
  public:
    TreeMode(Server& server, Pane& pane, std::string_view format, std::string_view answer)
        : PaneMode(server, pane), format_(format), answers_(command::Value(std::string(answer))) {}

    // The flags that all lists have; before it is entered.
    void open(const Call& call, const Found& found);
    void set_filter(std::string filter) { filter_ = std::move(filter); }
    // It is on the pane now.
    void entered();

    void key(Client& client, keys::Key key, const MouseAt* mouse) final;
    [[nodiscard]] std::optional<vt::Cursor> draw(vt::Canvas& canvas, vt::Rect box) final;

  protected:
    [[nodiscard]] virtual std::span<const std::string_view> sorts() const = 0;
    // All that pass the filter, in order.
    [[nodiscard]] virtual std::vector<TreeItem> items() = 0;
    // What the template gets; nullopt: what it stands for has gone.
    [[nodiscard]] virtual std::optional<std::string> target(TreeId id) const = 0;
    virtual void preview(vt::Canvas& canvas, vt::Rect area, TreeId id) = 0;
    // The line that is current at first.
    [[nodiscard]] virtual TreeId first() { return 0; }
    // Keys of this list alone. True: it was one.
    virtual bool own_key(Client& client, keys::Key key) = 0;
    [[nodiscard]] virtual std::string_view own_help() const = 0;

    [[nodiscard]] TreeView& view() { return view_; }
    [[nodiscard]] std::string_view sort() const { return sorts()[sort_]; }
    [[nodiscard]] bool reversed() const { return reversed_; }
    [[nodiscard]] std::string_view format() const { return format_; }
    [[nodiscard]] bool passes(const FormatAbout& item) const;
    void rebuild();
    void leave();
    void choose(Client& client);
    // The tagged lines, or the current one.
    [[nodiscard]] std::vector<TreeId> wanted() const;
    // Asks with one key; "y" does it.
    void confirm(Client& client, std::string text, std::function<void(TreeMode&)> done);
    void ask(Client& client, std::string text, std::string input,
             std::function<void(TreeMode&, Client&, std::string)> done);

  private:
    [[nodiscard]] std::string key_of(std::size_t line) const;
    void answered(Client& client, TreeAnswer answer);
    void draw_help(vt::Canvas& canvas, vt::Rect box) const;
    // The key that a mouse key stands for; nullopt: none.
    [[nodiscard]] std::optional<keys::Key> mouse_key(keys::Key key, const MouseAt& mouse);
    // The mode, if it is still there when an answer comes.
    [[nodiscard]] static TreeMode* still(Server& server, PaneId pane, const TreeMode* mode);

    TreeView view_;
    std::string format_;
    std::string key_format_;
    std::string filter_;
    bool no_matches_ = false;
    bool unfiltered_ = false; // while there are no matches
    Answers answers_;
    std::size_t sort_ = 0;
    bool reversed_ = false;
    bool unzoom_ = false; // when it ends
    bool helping_ = false;
    std::string searched_;
};

[[nodiscard]] std::unique_ptr<TreeMode> make_tree_of_panes(const Call& call, const Found& found);
[[nodiscard]] std::unique_ptr<TreeMode> make_list_of_buffers(const Call& call, const Found& found);
[[nodiscard]] std::unique_ptr<TreeMode> make_list_of_clients(const Call& call, const Found& found);
[[nodiscard]] std::unique_ptr<TreeMode> make_list_of_options(const Call& call, const Found& found);

} // namespace berth::mux
