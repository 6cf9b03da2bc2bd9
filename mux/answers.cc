#include "answers.h"

#include "client.h"
#include "command/template.h"
#include "errors.h"
#include "server.h"

namespace berth::mux {

std::string Answers::name() const {
    if (value_.is_commands()) {
        const auto& commands = value_.commands()->commands;
        return commands.empty() ? "" : std::string(commands.front().row->name);
    }
    const std::string& text = value_.text();
    return text.substr(0, text.find_first_of(" ,"));
}

Result<command::CommandList> Answers::with(const Execution& execution,
                                           std::span<const std::string> answers) const {
    if (value_.is_commands())
        return command::substitute(*value_.commands(), answers);
    return execution.parse(command::substitute(value_.text(), answers));
}

void run_answer(Server& server, const Origin& origin, const Answers& answers,
                std::span<const std::string> texts, const std::shared_ptr<Execution>& waiting) {
    const auto execution =
        waiting != nullptr ? waiting
                           : std::make_shared<Execution>(server, origin, command::CommandList{});
    auto list = answers.with(*execution, texts);
    if (!list) {
        if (Client* client = server.client_by_id(origin.client))
            show_error(*client, list.error().operation);
        if (waiting != nullptr)
            waiting->resume(Flow::failed);
        return;
    }
    if (waiting != nullptr) {
        waiting->insert(std::move(*list));
        waiting->resume();
    } else {
        std::make_shared<Execution>(server, origin, std::move(*list))->run();
    }
}

Origin origin_of(const Call& call, const Client& client, std::optional<PaneId> current) {
    const Origin& asked = call.execution.origin();
    return {.client = client.id,
            .command_line = false,
            .pane = {},
            .current = current ? current : asked.current,
            .mouse = asked.mouse};
}

} // namespace berth::mux
