#include "hooks.h"

#include "client.h"
#include "command/print.h"
#include "server.h"

namespace berth::mux {

std::vector<std::string> Hooks::commands_of(std::string_view hook, const About& about) const {
    const options::Set* sets[] = {about.session != nullptr ? &about.session->options
                                                           : &server_.global_session_options,
                                  about.pane != nullptr     ? &about.pane->options
                                  : about.window != nullptr ? &about.window->options
                                                            : &server_.global_window_options};
    for (const options::Set* set : sets) {
        const options::Entry* entry = set->find(hook);
        if (entry == nullptr)
            continue;
        std::vector<std::string> commands;
        for (const auto& [index, value] : entry->items)
            commands.push_back(value.text);
        return commands;
    }
    return {};
}

bool Hooks::wait(std::string hook, std::shared_ptr<Execution> waiter) {
    std::erase_if(waiters_, [](const auto& waits) { return waits.second->client() == nullptr; });
    if (waiters_.size() >= kMaxEventWaiters)
        return false;
    waiters_.emplace(std::move(hook), std::move(waiter));
    return true;
}

void Hooks::wake(std::string_view hook) {
    const auto [begin, end] = waiters_.equal_range(hook);
    for (auto at = begin; at != end; ++at)
        woken_.push_back(at->second);
    if (begin != end && !due_)
        due_ = server_.loop().defer([this] { run_all(); });
    waiters_.erase(begin, end);
}

void Hooks::run_soon(Origin origin, std::vector<std::string> commands) {
    if (events_.size() >= kMaxEvents)
        return;
    events_.push_back({std::move(origin), std::move(commands)});
    if (!due_)
        due_ = server_.loop().defer([this] { run_all(); });
}

void Hooks::notify(std::string_view hook, const About& about) {
    wake(hook);
    if (server_.in_hook || events_.size() >= kMaxEvents)
        return;
    Event event;
    event.commands = commands_of(hook, about);
    if (event.commands.empty())
        return;
    auto extra = std::make_shared<Extra>();
    (*extra)["hook"] = hook;
    if (about.client != nullptr) {
        (*extra)["hook_client"] = about.client->name();
        if (about.client->attached())
            event.origin.client = about.client->id;
    }
    if (about.session != nullptr) {
        (*extra)["hook_session"] = "$" + std::to_string(about.session->id);
        (*extra)["hook_session_name"] = about.session->name;
    }
    if (about.window != nullptr) {
        (*extra)["hook_window"] = "@" + std::to_string(about.window->id);
        (*extra)["hook_window_name"] = about.window->name;
    }
    const Window* window = about.window != nullptr    ? about.window
                           : about.session != nullptr ? about.session->window()
                                                      : nullptr;
    if (about.pane != nullptr)
        (*extra)["hook_pane"] = "%" + std::to_string(about.pane->id);
    const Pane* current = about.pane != nullptr ? about.pane
                          : window != nullptr   ? window->active
                                                : nullptr;
    if (current != nullptr)
        event.origin.current = current->id;
    event.origin.event = std::move(extra);
    run_soon(std::move(event.origin), std::move(event.commands));
}

std::shared_ptr<Execution> Hooks::make(Event event) {
    event.origin.in_hook = true;
    auto execution = std::make_shared<Execution>(server_, event.origin, command::CommandList{});
    command::CommandList all;
    for (const std::string& text : event.commands) {
        auto list = execution->parse(text);
        if (list)
            append(all, std::move(*list));
        else
            server_.add_message(list.error().operation);
    }
    execution->insert(std::move(all));
    return execution;
}

void Hooks::run_all() {
    due_.reset();
    for (Event& event : std::exchange(events_, {}))
        make(std::move(event))->run();
    for (const auto& waiter : std::exchange(woken_, {}))
        waiter->resume();
}

std::shared_ptr<Execution> Hooks::execution_of(std::string_view hook, const Execution& asker,
                                               const command::Command& by) {
    About about;
    Event event;
    event.origin = asker.origin();
    const command::TargetFlag& flag = by.row->target;
    const auto text = flag.flag != 0 ? by.arguments.value(flag.flag) : std::nullopt;
    const command::TargetFlag pane{'t', command::Kind::pane, 0};
    auto found = find_target(server_, asker.origin(), text, flag.flag != 0 ? flag : pane);
    if (!found)
        found = find_target(server_, asker.origin(), std::nullopt, pane);
    if (found) {
        about = {nullptr, found->session, found->window, found->pane};
        if (found->pane != nullptr)
            event.origin.current = found->pane->id;
    }
    event.commands = commands_of(hook, about);
    if (event.commands.empty())
        return nullptr;
    auto extra = std::make_shared<Extra>();
    (*extra)["hook"] = hook;
    (*extra)["hook_arguments"] = command::print(by.arguments);
    for (std::size_t i = 0; i < by.arguments.size(); ++i)
        (*extra)["hook_argument_" + std::to_string(i)] =
            command::text_of(by.arguments.positional(i));
    for (const auto& [letter, given] : by.arguments.flags()) {
        const std::string name = std::string("hook_flag_") + letter;
        (*extra)[name] = given.values.empty() ? "1" : given.values.back();
        for (std::size_t i = 0; i < given.values.size(); ++i)
            (*extra)[name + "_" + std::to_string(i)] = given.values[i];
    }
    event.origin.event = std::move(extra);
    return make(std::move(event));
}

void Hooks::of_client(std::string_view hook, const Client& client) {
    notify(hook, {&client, client.session,
                  client.session != nullptr ? client.session->window() : nullptr, nullptr});
}
void Hooks::of_session(std::string_view hook, const Session& session) {
    notify(hook, {nullptr, &session, nullptr, nullptr});
}
void Hooks::of_link(std::string_view hook, const Session& session, const Window& window) {
    notify(hook, {nullptr, &session, &window, nullptr});
}
void Hooks::of_window(std::string_view hook, const Window& window) {
    const auto holders = server_.sessions_of(window);
    notify(hook, {nullptr, holders.empty() ? nullptr : holders.front(), &window, nullptr});
}
void Hooks::of_pane(std::string_view hook, const Pane& pane) {
    const auto holders = server_.sessions_of(*pane.window);
    notify(hook, {nullptr, holders.empty() ? nullptr : holders.front(), pane.window, &pane});
}

} // namespace berth::mux
