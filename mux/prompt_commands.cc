// Commands that ask: command-prompt, confirm-before; and what was answered: show-prompt-history,
// clear-prompt-history.
#include "answers.h"
#include "client.h"
#include "command/print.h"
#include "commands.h"
#include "formats.h"
#include "prompt.h"
#include "server.h"

#include <array>

namespace berth::mux {
namespace {

using prompt::Type;

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    for (;;) {
        const auto comma = text.find(',');
        parts.emplace_back(text.substr(0, comma));
        if (comma == text.npos)
            return parts;
        text.remove_prefix(comma + 1);
    }
}

// The prompts of one command-prompt, asked one after the other; lives in the callbacks of the one
// that is shown.
class Asking : public std::enable_shared_from_this<Asking> {
  public:
    Asking(Server& server, Answers answers, Origin origin)
        : server_(server), answers_(std::move(answers)), origin_(std::move(origin)) {}

    void ask_next();

    std::vector<std::string> texts;
    std::vector<std::string> inputs;
    PromptWish wish; // of each, but for its text and input
    std::shared_ptr<Execution> waiting;

  private:
    void answered(std::optional<std::string> line);
    void changed(std::string line);

    Server& server_;
    Answers answers_;
    Origin origin_;
    std::vector<std::string> lines_;
};

void Asking::ask_next() {
    Client* client = server_.client_by_id(origin_.client);
    if (client == nullptr || !client->attached()) {
        answered(std::nullopt);
        return;
    }
    PromptWish next = wish;
    next.text = texts[lines_.size()];
    next.input = lines_.size() < inputs.size() ? inputs[lines_.size()] : "";
    Prompt::ask(
        server_, *client, std::move(next),
        [self = shared_from_this()](std::optional<std::string> line) {
            self->answered(std::move(line));
        },
        [self = shared_from_this()](std::string line) { self->changed(std::move(line)); });
}

void Asking::answered(std::optional<std::string> line) {
    if (!line || wish.incremental) {
        if (waiting != nullptr)
            waiting->resume();
        return;
    }
    lines_.push_back(std::move(*line));
    if (lines_.size() < texts.size())
        ask_next();
    else
        run_answer(server_, origin_, answers_, lines_, waiting);
}

void Asking::changed(std::string line) {
    std::vector<std::string> lines = lines_;
    lines.push_back(std::move(line));
    run_answer(server_, origin_, answers_, lines, nullptr);
}

PromptWish wish_of(const Call& call, const Client& client, Type type) {
    const command::Arguments& arguments = call.arguments();
    PromptWish wish;
    wish.type = type;
    wish.takes = arguments.has('1')   ? PromptTakes::one_character
                 : arguments.has('N') ? PromptTakes::number
                 : arguments.has('k') ? PromptTakes::key
                                      : PromptTakes::line;
    wish.incremental = arguments.has('i');
    wish.cancel_when_empty = arguments.has('e');
    if (arguments.has('P') && client.session->window() != nullptr)
        wish.pane = client.session->window()->active->id;
    return wish;
}

Flow command_prompt(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto found = find_client(call.server, call.execution.origin(), arguments.value('t'));
    if (!found)
        return call.fail(found.error().operation);
    Client& client = **found;
    Type type = Type::command;
    if (const auto name = arguments.value('T')) {
        const auto known = prompt::type_named(*name);
        if (!known)
            return call.fail("unknown type: " + std::string(*name));
        type = *known;
    }
    if (client.overlay() != nullptr || client.tty() == nullptr)
        return Flow::done;
    std::optional<command::Value> commands;
    if (arguments.size() > 0)
        commands = arguments.positional(0);
    if (commands && arguments.has('F'))
        commands = command::Value(expand(call.server,
                                         {.session = client.session,
                                          .index = client.session->current,
                                          .window = client.session->window(),
                                          .pane = client.session->window()->active,
                                          .client = &client},
                                         command::text_of(*commands)));
    const Answers answers(commands.value_or(command::Value("%1")));
    const auto asking = std::make_shared<Asking>(call.server, answers, origin_of(call, client));
    asking->wish = wish_of(call, client, type);
    const bool literal = arguments.has('l');
    const auto list = [&](std::string_view text) {
        return literal ? std::vector<std::string>{std::string(text)} : split_list(text);
    };
    if (const auto prompts = arguments.value('p')) {
        asking->texts = list(*prompts);
        for (std::string& text : asking->texts)
            text += ' ';
    } else if (commands) {
        asking->texts = {"(" + answers.name() + ") "};
    } else {
        asking->texts = {":"};
    }
    if (const auto inputs = arguments.value('I'))
        asking->inputs = list(*inputs);
    if (!arguments.has('b'))
        asking->waiting = call.execution.shared_from_this();
    const bool waits = asking->waiting != nullptr;
    asking->ask_next();
    return waits ? Flow::waits : Flow::done;
}

Flow confirm_before(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto found = find_client(call.server, call.execution.origin(), arguments.value('t'));
    if (!found)
        return call.fail(found.error().operation);
    Client& client = **found;
    std::string confirm = "y";
    if (const auto key = arguments.value('c')) {
        if (key->size() != 1 || (*key)[0] <= ' ' || (*key)[0] > '~')
            return call.fail("invalid confirm key");
        confirm = *key;
    }
    const Answers answers(call, 0, "");
    PromptWish wish;
    wish.text = arguments.has('p') ? std::string(*arguments.value('p')) + " "
                                   : "Confirm '" + answers.name() + "'? (" + confirm + "/n) ";
    wish.takes = PromptTakes::key;
    const auto waiting = arguments.has('b') ? nullptr : call.execution.shared_from_this();
    const bool enter = arguments.has('y');
    Prompt::ask(call.server, client, std::move(wish),
                [&server = call.server, answers, origin = origin_of(call, client), waiting, confirm,
                 enter](std::optional<std::string> key) {
                    if (key == confirm || (enter && key == "Enter")) {
                        run_answer(server, origin, answers, {}, waiting);
                    } else if (waiting != nullptr) {
                        waiting->set_status(1);
                        waiting->resume();
                    }
                });
    return waiting != nullptr ? Flow::waits : Flow::done;
}

// -T, or all types.
Flow for_types(const Call& call, void (*run)(const Call&, Type)) {
    if (const auto name = call.arguments().value('T')) {
        const auto type = prompt::type_named(*name);
        if (!type)
            return call.fail("invalid type: " + std::string(*name));
        run(call, *type);
        return Flow::done;
    }
    for (std::size_t i = 0; i < prompt::kTypeNames.size(); ++i)
        run(call, static_cast<Type>(i));
    return Flow::done;
}

Flow show_prompt_history(const Call& call) {
    return for_types(call, [](const Call& to, Type type) {
        to.print("History for " + std::string(prompt::kTypeNames[std::to_underlying(type)]) +
                 ":\n");
        int number = 0;
        for (const std::string& line : to.server.prompt_history.lines(type))
            to.print(std::to_string(++number) + ": " + line);
        to.print("");
    });
}

Flow clear_prompt_history(const Call& call) {
    return for_types(call, [](const Call& of, Type type) { of.server.prompt_history.clear(type); });
}

constexpr std::array kRows = {
    CommandRow{"clear-prompt-history", clear_prompt_history},
    CommandRow{"command-prompt", command_prompt},
    CommandRow{"confirm-before", confirm_before},
    CommandRow{"show-prompt-history", show_prompt_history},
};

} // namespace

std::span<const CommandRow> prompt_commands() {
    return kRows;
}

} // namespace berth::mux
