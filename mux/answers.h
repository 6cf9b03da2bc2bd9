// Commands with places for answers (command/template.h), kept until the answers are there: of
// command-prompt, confirm-before, display-panes, menus and lists to choose from.
#pragma once

#include "command/arguments.h"
#include "execution.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace berth::mux {

class Answers {
  public:
    explicit Answers(command::Value wanted) : value_(std::move(wanted)) {}
    // Argument `index` of the command, else `fallback`.
    Answers(const Call& call, std::size_t index, std::string_view fallback)
        : value_(index < call.arguments().size() ? call.arguments().positional(index)
                                                 : command::Value(std::string(fallback))) {}

    // The name of its (first) command, as prompts show it.
    [[nodiscard]] std::string name() const;
    [[nodiscard]] Result<command::CommandList> with(const Execution& execution,
                                                    std::span<const std::string> answers) const;

  private:
    command::Value value_;
};

// Runs the commands for the client: in what waits for them, which goes on, or beside everything.
// Errors are told to the client.
void run_answer(Server& server, const Origin& origin, const Answers& answers,
                std::span<const std::string> texts, const std::shared_ptr<Execution>& waiting);

// Where the commands of something that a client was shown come from: that client, at that pane.
[[nodiscard]] Origin origin_of(const Call& call, const Client& client,
                               std::optional<PaneId> current = std::nullopt);

} // namespace berth::mux
