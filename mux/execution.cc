#include "execution.h"

#include "client.h"
#include "command/print.h"
#include "commands.h"
#include "control.h"
#include "errors.h"
#include "formats.h"
#include "server.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

// What the command language asks of this mux.
class Language final : public command::Context {
  public:
    explicit Language(Server& server) : server_(server) {}

    std::optional<std::string> variable(const std::string& name) override {
        const options::Variable* found = server_.environment.find(name);
        if (found == nullptr)
            found = server_.start_environment.find(name);
        if (found == nullptr || !found->value)
            return name == "HOME" ? std::optional(server_.user().home) : std::nullopt;
        return *found->value;
    }
    void assign(const std::string& name, const std::string& value,
                command::Visibility how) override {
        server_.environment.set(name, value, how == command::Visibility::hidden);
    }
    std::optional<std::string> home(const std::string& user) override {
        if (user.empty())
            if (auto own = variable("HOME"))
                return own;
        if (user.empty() || user == server_.user().user)
            return server_.user().home;
        return std::nullopt;
    }
    bool is_true(const std::string& condition) override {
        const std::string value = expand(server_, {}, condition);
        return !value.empty() && value != "0";
    }
    std::optional<std::string> alias(const std::string& name) override {
        for (const auto& [index, value] : server_.server_options.items("command-alias")) {
            const auto at = value.text.find('=');
            if (at != std::string::npos && value.text.compare(0, at, name) == 0)
                return value.text.substr(at + 1);
        }
        return std::nullopt;
    }

  private:
    Server& server_;
};

std::optional<PaneId> pane_of(const Client& client) {
    const options::Variable* variable = client.environment.find("TMUX_PANE");
    if (variable == nullptr || !variable->value || variable->value->size() < 2 ||
        (*variable->value)[0] != '%')
        return std::nullopt;
    return static_cast<PaneId>(std::strtoul(variable->value->c_str() + 1, nullptr, 10));
}

// What a configuration that is read again may do: nothing that makes or ends anything.
bool only_sets(std::string_view name) {
    constexpr std::array kNames = {
        std::string_view("bind-key"),          std::string_view("if-shell"),
        std::string_view("run-shell"),         std::string_view("set-environment"),
        std::string_view("set-hook"),          std::string_view("set-option"),
        std::string_view("set-window-option"), std::string_view("source-file"),
        std::string_view("unbind-key")};
    return std::ranges::find(kNames, name) != kNames.end();
}

// While a command of a hook runs, formats know the event, and what it does fires no hooks.
class InHook {
  public:
    InHook(Server& server, const Origin& origin)
        : server_(server), was_(server.in_hook), event_(server.hook_event) {
        server.in_hook = was_ || origin.in_hook;
        server.hook_event = origin.event;
    }
    ~InHook() {
        server_.in_hook = was_;
        server_.hook_event = event_;
    }
    InHook(const InHook&) = delete;
    InHook& operator=(const InHook&) = delete;

  private:
    Server& server_;
    bool was_;
    std::shared_ptr<const Extra> event_;
};

bool may_start_server(const command::CommandList& list) {
    return std::ranges::any_of(list.commands, [](const command::Command& command) {
        return (command.row->traits & command::kStartsServer) != 0;
    });
}

bool speaks_json(const command::Command& command) {
    return (command.row->traits & command::kSpeaksJson) != 0;
}

} // namespace

void show_error(Client& client, std::string_view text) {
    std::string line(text);
    if (!line.empty() && line[0] >= 'a' && line[0] <= 'z')
        line[0] = static_cast<char>(line[0] - 'a' + 'A');
    client.show_message(line);
}

Client* Call::client() const {
    return execution.client();
}

void Call::print(std::string_view text) const {
    Client* asker = client();
    if (asker == nullptr)
        return;
    if (execution.origin().command_line || asker->control() != nullptr)
        asker->print(text);
    else
        asker->show_text(text);
}

Flow Call::fail(std::string_view text) const {
    Client* asker = client();
    if (asker != nullptr) {
        if (execution.origin().command_line || asker->control() != nullptr)
            asker->error(text);
        else
            show_error(*asker, text);
    } else if (!server.config.finished() && command.file != nullptr && !command.file->empty()) {
        server.config.add_cause(*command.file + ":" + std::to_string(command.line) + ": " +
                                std::string(text));
    } else {
        server.add_message(std::string(text));
    }
    return Flow::failed;
}

std::optional<Found> Call::target(char flag) const {
    const command::TargetFlag& kind =
        flag == 's' && command.row->source.flag == 's' ? command.row->source : command.row->target;
    const auto found = find_target(server, execution.origin(), arguments().value(flag), kind);
    if (found)
        return *found;
    (void)fail(found.error().operation);
    return std::nullopt;
}

Client* Execution::client() const {
    return origin_.client == 0 ? nullptr : server_.client_by_id(origin_.client);
}

// Whether the command's formats tell what programs run; the keeper is asked first.
bool Execution::asks_programs(const command::Command& command) {
    constexpr std::array kNames = {std::string_view("display-message"),
                                   std::string_view("list-panes"),
                                   std::string_view("list-windows")};
    if (std::ranges::find(kNames, command.row->name) == kNames.end())
        return false;
    bool wanted = false;
    const auto look = [&](std::string_view text) {
        wanted = wanted || text.find("pane_current_") != text.npos;
    };
    for (const auto& [letter, flag] : command.arguments.flags())
        for (const std::string& value : flag.values)
            look(value);
    for (std::size_t i = 0; i < command.arguments.size(); ++i)
        look(command.arguments.text(i));
    if (!wanted)
        return false;
    for (const auto& [id, window] : server_.windows())
        for (const auto& pane : window->panes)
            server_.ask_program(*pane);
    return true;
}

void Execution::step(const command::Command& command) {
    if (!asked_ && asks_programs(command)) {
        asked_ = waiting_ = true;
        --next_;
        server_.when_told([self = shared_from_this()] { self->resume(); });
        return;
    }
    asked_ = false;
    server_.add_message("command: " + command::print(command));
    if (origin_.only_settings && !only_sets(command.row->name))
        return;
    const Flow flow = carry_out(command);
    if (flow == Flow::waits) {
        waiting_ = true;
        waits_for_ = command;
    }
    if (flow == Flow::done)
        run_hook(command, "after-" + std::string(command.row->name));
    if (flow != Flow::failed)
        return;
    status_ = 1;
    drop_group();
    run_hook(command, "command-error");
}

// What follows waits for the hook's commands.
void Execution::run_hook(const command::Command& command, const std::string& hook) {
    const bool after = hook.starts_with("after-");
    if (origin_.in_hook || (after && (command.row->traits & command::kAfterHook) == 0))
        return;
    const auto commands = server_.hooks.execution_of(hook, *this, command);
    if (commands == nullptr)
        return;
    const auto over = std::make_shared<bool>(false);
    commands->at_end([self = shared_from_this(), over] {
        if (*over)
            self->resume();
        *over = true;
    });
    commands->run();
    if (!*over) {
        *over = true;
        waiting_ = true;
    }
}

void Execution::run_hook_now(const command::Command& by, const std::string& hook) {
    if (const auto commands = server_.hooks.execution_of(hook, *this, by))
        commands->run();
}

void Execution::drop_group() {
    const auto rest = list_.commands.begin() + static_cast<std::ptrdiff_t>(next_);
    list_.commands.erase(
        std::remove_if(rest, list_.commands.end(),
                       [this](const command::Command& command) { return command.group == group_; }),
        list_.commands.end());
}

// In control mode, what it prints at once stands between %begin and %end.
Flow Execution::carry_out(const command::Command& command) {
    Client* asker = client();
    const int flags = origin_.control_line ? 1 : 0;
    const bool guarded = asker != nullptr && asker->control() != nullptr;
    if (guarded)
        asker->control()->begin(flags);
    const CommandRow* row = command_row(command.row->name);
    const Call call{server_, *this, command};
    const InHook in_hook(server_, origin_);
    const Flow flow =
        row != nullptr
            ? row->run(call)
            : call.fail("command " + std::string(command.row->name) + " is not in this version");
    if (guarded)
        asker->control()->end(flow == Flow::failed, flags);
    return flow;
}

void Execution::run() {
    if (running_)
        return;
    const auto self = shared_from_this();
    running_ = true;
    while (!waiting_ && next_ < list_.commands.size()) {
        const command::Command command = list_.commands[next_++];
        group_ = command.group;
        step(command);
    }
    running_ = false;
    if (!waiting_)
        finish();
}

void Execution::resume(Flow flow) {
    if (!waiting_)
        return;
    waiting_ = false;
    if (const auto waited = std::exchange(waits_for_, std::nullopt))
        run_hook(*waited, flow == Flow::failed ? "command-error"
                                               : "after-" + std::string(waited->row->name));
    if (flow == Flow::failed)
        status_ = 1;
    run();
}

void append(command::CommandList& list, command::CommandList more) {
    const unsigned group = list.commands.empty() ? 0 : list.commands.back().group + 1;
    for (command::Command& command : more.commands) {
        command.group += group;
        list.commands.push_back(std::move(command));
    }
}

void Execution::insert(command::CommandList list) {
    unsigned group = 1;
    for (const command::Command& command : list_.commands)
        group = std::max(group, command.group + 1);
    for (command::Command& command : list.commands)
        command.group += group;
    list_.commands.insert(list_.commands.begin() + static_cast<std::ptrdiff_t>(next_),
                          list.commands.begin(), list.commands.end());
}

Result<command::CommandList> Execution::parse(std::string_view text) const {
    Language language(server_);
    return command::parse_text(text, {.file = "", .line = 1, .grouping = command::Grouping::single},
                               language);
}

Result<command::CommandList> Execution::parse_values(std::span<const command::Value> values) const {
    Language language(server_);
    return command::parse_values(
        values, {.file = "", .line = 1, .grouping = command::Grouping::single}, language);
}

void Execution::finish() {
    if (auto call = std::exchange(at_end_, nullptr))
        call();
    server_.write_down();
    Client* asker = client();
    if (origin_.command_line && !origin_.in_hook && asker != nullptr && !asker->attached())
        asker->finish(status_);
    else if (asker != nullptr && asker->control() != nullptr &&
             (origin_.command_line || origin_.control_line))
        asker->control()->idle();
    server_.check_idle();
}

Result<command::CommandList> parse_file(Server& server, std::string_view text,
                                        const std::string& path) {
    Language language(server);
    return command::parse_text(
        text, {.file = path, .line = 1, .grouping = command::Grouping::by_line}, language);
}

std::shared_ptr<Execution> execution_beside(const Call& call, command::CommandList list) {
    Origin origin = call.execution.origin();
    if (origin.command_line)
        origin.client = 0; // it ends with its own commands
    origin.command_line = false;
    origin.in_hook = call.execution.origin().in_hook;
    auto beside = std::make_shared<Execution>(call.server, origin, std::move(list));
    beside->wait();
    return beside;
}

void run_words(Server& server, Client& client) {
    Language language(server);
    std::vector<command::Value> words(client.request.words.begin(), client.request.words.end());
    const command::Source how{.file = "", .line = 1, .grouping = command::Grouping::single};
    auto list = words.empty()
                    ? command::parse_text(server.server_options.text("default-client-command"), how,
                                          language)
                    : command::parse_words(words, how, language);
    if (!list) {
        client.error(list.error().operation);
        client.finish(1);
        return;
    }
    // The last session has just ended and so will this server: as if it had already.
    if (server.config.finished() && server.sessions().empty() &&
        server.server_options.flag("exit-empty") && !may_start_server(*list)) {
        client.error("no server running on " + server.user().socket);
        client.finish(1);
        return;
    }
    if (client.request.json != 0 && !list->commands.empty() &&
        !std::ranges::all_of(list->commands, speaks_json)) {
        client.error("--json: not for this command; for list-sessions, guests, share and shares");
        client.finish(1);
        return;
    }
    const Origin origin{.client = client.id, .command_line = true, .pane = pane_of(client)};
    std::make_shared<Execution>(server, origin, std::move(*list))->run();
}

std::optional<std::string> run_control_line(Server& server, Client& client, std::string_view text) {
    Language language(server);
    auto list = command::parse_text(
        text, {.file = "", .line = 1, .grouping = command::Grouping::single}, language);
    if (!list)
        return list.error().operation;
    const Origin origin{.client = client.id, .command_line = false, .control_line = true};
    std::make_shared<Execution>(server, origin, std::move(*list))->run();
    return std::nullopt;
}

void run_text(Server& server, const Origin& origin, std::string_view text) {
    Language language(server);
    auto list = command::parse_text(
        text, {.file = "", .line = 1, .grouping = command::Grouping::single}, language);
    if (list) {
        std::make_shared<Execution>(server, origin, std::move(*list))->run();
        return;
    }
    if (Client* client = origin.client != 0 ? server.client_by_id(origin.client) : nullptr)
        show_error(*client, list.error().operation);
}

void run_text(Server& server, Client& client, std::string_view text,
              std::shared_ptr<const MouseAt> mouse) {
    run_text(server, Origin{.client = client.id, .mouse = std::move(mouse)}, text);
}

const CommandRow* command_row(std::string_view name) {
    const std::array families = {
        session_commands(), client_commands(), window_commands(), pane_commands(),
        key_commands(),     option_commands(), other_commands(),  layout_commands(),
        link_commands(),    run_commands(),    mode_commands(),   shell_commands(),
        source_commands(),  prompt_commands(), menu_commands(),   choose_commands(),
        pipe_commands(),    share_commands(),  rerun_commands()};
    for (const auto rows : families) {
        const auto found = std::ranges::find(rows, name, &CommandRow::name);
        if (found != rows.end())
            return &*found;
    }
    return nullptr;
}

} // namespace berth::mux
