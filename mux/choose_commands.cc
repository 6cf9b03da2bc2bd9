// Commands that let choose from a list: choose-tree, choose-buffer, choose-client, find-window,
// customize-mode.
#include "client.h"
#include "commands.h"
#include "server.h"
#include "tree_mode.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

// Opens the mode in the target's pane, as the flags that all lists share say.
Flow open(const Call& call, std::unique_ptr<TreeMode> (*make)(const Call&, const Found&)) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    auto mode = make(call, *found);
    if (mode == nullptr)
        return Flow::done;
    mode->open(call, *found);
    TreeMode& list = *mode;
    if (&call.server.enter_mode(*found->pane, std::move(mode)) == &list)
        list.entered();
    return Flow::done;
}

Flow choose_tree(const Call& call) {
    return open(call, make_tree_of_panes);
}

Flow choose_buffer(const Call& call) {
    if (call.server.buffers.all().empty())
        return Flow::done;
    return open(call, make_list_of_buffers);
}

Flow choose_client(const Call& call) {
    const bool any = std::ranges::any_of(call.server.clients(),
                                         [](const auto& client) { return client->attached(); });
    return any ? open(call, make_list_of_clients) : Flow::done;
}

Flow customize_mode(const Call& call) {
    return open(call, make_list_of_options);
}

// The filter of a choose-tree: what is to be found in names, titles, contents.
std::string filter_of(const command::Arguments& arguments) {
    const bool all = !arguments.has('C') && !arguments.has('N') && !arguments.has('T');
    std::string text(arguments.text(0));
    const std::string match = arguments.has('r') && arguments.has('i') ? "m/ri"
                              : arguments.has('r')                     ? "m/r"
                              : arguments.has('i')                     ? "m/i"
                                                                       : "m";
    const std::string search = arguments.has('r') && arguments.has('i') ? "C/ri"
                               : arguments.has('r')                     ? "C/r"
                               : arguments.has('i')                     ? "C/i"
                                                                        : "C";
    const std::string star = arguments.has('r') ? "" : "*";
    std::vector<std::string> parts;
    if (all || arguments.has('C'))
        parts.push_back("#{" + search + ":" + text + "}");
    if (all || arguments.has('N'))
        parts.push_back("#{" + match + ":" + star + text + star + ",#{window_name}}");
    if (all || arguments.has('T'))
        parts.push_back("#{" + match + ":" + star + text + star + ",#{pane_title}}");
    std::string filter = parts.back();
    for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part)
        filter = "#{||:" + *part + "," + filter + "}";
    return filter;
}

Flow find_window(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    auto mode = make_tree_of_panes(call, *found);
    mode->open(call, *found);
    mode->set_filter(filter_of(call.arguments()));
    TreeMode& list = *mode;
    if (&call.server.enter_mode(*found->pane, std::move(mode)) == &list)
        list.entered();
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"choose-buffer", choose_buffer}, CommandRow{"choose-client", choose_client},
    CommandRow{"choose-tree", choose_tree},     CommandRow{"customize-mode", customize_mode},
    CommandRow{"find-window", find_window},
};

} // namespace

std::span<const CommandRow> choose_commands() {
    return kRows;
}

} // namespace berth::mux
