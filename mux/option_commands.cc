// Commands of options, hooks and the environment.
#include "client.h"
#include "command/print.h"
#include "commands.h"
#include "format/colour.h"
#include "format/style.h"
#include "formats.h"
#include "options/commands.h"
#include "server.h"

#include <array>

namespace berth::mux {
namespace {

options::Checks checks_for(const Call& call) {
    options::Checks checks;
    checks.key = [](std::string_view text) -> std::optional<std::string> {
        const auto key = keys::parse_key(text);
        return key ? std::optional(keys::key_name(*key)) : std::nullopt;
    };
    checks.colour = [](std::string_view text) -> std::optional<std::string> {
        const auto colour = format::parse_colour(text);
        return colour ? std::optional(format::colour_text(*colour)) : std::nullopt;
    };
    checks.command = [&call](std::string_view text) -> Result<std::string> {
        auto list = call.execution.parse(text);
        if (!list)
            return std::unexpected(list.error());
        return command::print(*list);
    };
    checks.style = [](std::string_view text) { return format::parse_style(text).has_value(); };
    checks.shell = [](std::string_view text) { return text.starts_with('/'); };
    return checks;
}

// The sets that the target means; without one, the global sets do alone.
struct Where {
    options::Scopes scopes;
    std::vector<options::Set*> panes;
    FormatAbout item;
};

void find_scopes(const Call& call, Where& where) {
    Server& server = call.server;
    where.scopes.server = &server.server_options;
    where.scopes.global_session = &server.global_session_options;
    where.scopes.global_window = &server.global_window_options;
    const auto text = call.arguments().value('t');
    where.scopes.target = text.value_or("");
    const auto found =
        find_target(server, call.execution.origin(), text, {'t', command::Kind::pane, 0});
    if (!found)
        return; // what needs more than the global sets says what is missing
    where.item = about(*found, call.client());
    where.scopes.session = &found->session->options;
    where.scopes.window = found->window != nullptr ? &found->window->options : nullptr;
    where.scopes.pane = found->pane != nullptr ? &found->pane->options : nullptr;
    if (found->window != nullptr)
        for (const auto& pane : found->window->panes)
            where.panes.push_back(&pane->options);
    where.scopes.window_panes = where.panes;
}

Flow set_any(const Call& call, bool window) {
    const command::Arguments& arguments = call.arguments();
    Where where;
    find_scopes(call, where);
    options::SetFlags flags;
    flags.append = arguments.has('a');
    flags.global = arguments.has('g');
    flags.once = arguments.has('o');
    flags.pane = arguments.has('p');
    flags.quiet = arguments.has('q');
    flags.server = arguments.has('s');
    flags.unset = arguments.has('u');
    flags.unset_panes = arguments.has('U');
    flags.window = window || arguments.has('w');
    const std::string name = expand(call.server, where.item, arguments.text(0));
    std::optional<std::string> value;
    if (arguments.size() > 1)
        value = arguments.positional(1).is_commands()
                    ? command::print(*arguments.positional(1).commands())
                    : std::string(arguments.text(1));
    if (value && arguments.has('F'))
        value = expand(call.server, where.item, *value);
    const auto change = options::set_option(
        where.scopes, flags, name, value ? std::optional<std::string_view>(*value) : std::nullopt,
        checks_for(call), call.server.flavour);
    if (!change)
        return call.fail(change.error().operation);
    call.server.options_changed(change->name);
    return Flow::done;
}

Flow set_option(const Call& call) {
    return set_any(call, false);
}
Flow set_window_option(const Call& call) {
    return set_any(call, true);
}
// set-hook -B name:what:format command; with -u only the name.
Flow set_monitor(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const std::string_view text = *arguments.value('B');
    const std::string name(text.substr(0, text.find(':')));
    if (arguments.has('u'))
        return call.server.monitors.remove(name) ? Flow::done
                                                 : call.fail("unknown monitor: " + name);
    const auto what = text.find(':');
    const auto format = what == text.npos ? text.npos : text.find(':', what + 1);
    if (format == text.npos || name.empty() ||
        (format > what + 1 && text[what + 1] != '%' && text[what + 1] != '@'))
        return call.fail("bad monitor: " + std::string(text));
    if (arguments.size() == 0)
        return call.fail("no command");
    if (arguments.size() > 1 && arguments.text(0) != name)
        return call.fail("not the monitor's name: " + std::string(arguments.text(0)));
    std::optional<SessionId> session;
    if (!arguments.has('g')) {
        const auto found = call.target();
        if (!found)
            return Flow::failed;
        session = found->session->id;
    }
    const command::Value& value = arguments.positional(arguments.size() - 1);
    auto list = value.is_commands() ? Result<command::CommandList>(*value.commands())
                                    : call.execution.parse(command::text_of(value));
    if (!list)
        return call.fail(list.error().operation);
    if (!call.server.monitors.set(name, text.substr(what + 1, format - what - 1),
                                  std::string(text.substr(format + 1)), command::print(*list),
                                  session))
        return call.fail("too many monitors (" + std::to_string(kMaxMonitors) + ")");
    return Flow::done;
}

Flow set_hook(const Call& call) {
    if (call.arguments().has('B'))
        return set_monitor(call);
    if (call.arguments().has('R')) {
        call.execution.run_hook_now(call.command, std::string(call.arguments().text(0)));
        return Flow::done;
    }
    return set_any(call, false);
}

Flow show_any(const Call& call, bool window, bool hooks) {
    const command::Arguments& arguments = call.arguments();
    Where where;
    find_scopes(call, where);
    options::ShowFlags flags;
    flags.inherited = arguments.has('A');
    flags.global = arguments.has('g');
    flags.hooks = arguments.has('H');
    flags.only_hooks = hooks;
    flags.pane = arguments.has('p');
    flags.quiet = arguments.has('q');
    flags.server = arguments.has('s');
    flags.values = arguments.has('v');
    flags.window = window || arguments.has('w');
    std::optional<std::string> name;
    if (arguments.size() > 0)
        name = expand(call.server, where.item, arguments.text(0));
    const auto lines = options::show_options(
        where.scopes, flags, name ? std::optional<std::string_view>(*name) : std::nullopt);
    if (!lines)
        return call.fail(lines.error().operation);
    for (const std::string& line : *lines)
        call.print(line);
    return Flow::done;
}

Flow show_options(const Call& call) {
    return show_any(call, false, false);
}
Flow show_window_options(const Call& call) {
    return show_any(call, true, false);
}
Flow show_hooks(const Call& call) {
    if (call.arguments().has('B')) {
        for (const std::string& line : call.server.monitors.lines())
            call.print(line);
        return Flow::done;
    }
    return show_any(call, false, true);
}

options::Environment* environment_for(const Call& call) {
    if (call.arguments().has('g'))
        return &call.server.environment;
    const auto found = call.target();
    return found ? &found->session->environment : nullptr;
}

Flow set_environment(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    options::Environment* environment = environment_for(call);
    if (environment == nullptr)
        return Flow::failed;
    FormatAbout item;
    if (const auto found = find_target(call.server, call.execution.origin(), arguments.value('t'),
                                       call.command.row->target))
        item = about(*found, call.client());
    std::optional<std::string> value;
    if (arguments.size() > 1)
        value = arguments.has('F') ? expand(call.server, item, arguments.text(1))
                                   : std::string(arguments.text(1));
    const auto done = options::set_environment(
        *environment, {arguments.has('h'), arguments.has('r'), arguments.has('u')},
        arguments.text(0), value ? std::optional<std::string_view>(*value) : std::nullopt);
    if (!done)
        return call.fail(done.error().operation);
    call.server.changed();
    return Flow::done;
}

Flow show_environment(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const options::Environment* environment = environment_for(call);
    if (environment == nullptr)
        return Flow::failed;
    const auto lines = options::show_environment(
        *environment, {arguments.has('h'), arguments.has('s')},
        arguments.size() > 0 ? std::optional(arguments.text(0)) : std::nullopt);
    if (!lines)
        return call.fail(lines.error().operation);
    for (const std::string& line : *lines)
        call.print(line);
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"set-environment", set_environment},
    CommandRow{"set-hook", set_hook},
    CommandRow{"set-option", set_option},
    CommandRow{"set-window-option", set_window_option},
    CommandRow{"show-environment", show_environment},
    CommandRow{"show-hooks", show_hooks},
    CommandRow{"show-options", show_options},
    CommandRow{"show-window-options", show_window_options},
};

} // namespace

std::span<const CommandRow> option_commands() {
    return kRows;
}

} // namespace berth::mux
