// The command rerun, and what it runs.
#include "rerun.h"

#include "base/log.h"
#include "commands.h"
#include "restore.h"
#include "server.h"
#include "slots.h"
#include "target.h"

#include <algorithm>
#include <array>
#include <optional>

namespace berth::mux {
namespace {

constexpr std::string_view kClearLine = "\x15"; // C-u: what was typed and not entered

// As a shell takes it.
std::string quoted(const std::string& word) {
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789_-./:=,+@%";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos)
        return word;
    std::string result = "'";
    for (const char c : word)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

Flow rerun_all(const Call& call) {
    std::size_t count = 0;
    std::string problem = "nothing is offered";
    for (const auto& [id, window] : call.server.windows())
        for (const auto& pane : window->panes) {
            if (call.server.restorer->offers.of(pane->id) == nullptr)
                continue;
            std::string failed = call.server.restorer->offers.run(*pane);
            count += failed.empty() ? 1 : 0;
            if (!failed.empty())
                problem = std::move(failed);
        }
    return count > 0 ? Flow::done : call.fail(problem);
}

Flow rerun(const Call& call) {
    constexpr const char* kUsage = "usage: rerun [-a] [-t target-pane]";
    const command::Arguments& arguments = call.arguments();
    std::optional<std::string> target;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view word = arguments.text(i);
        if (word == "-a" && arguments.size() == 1)
            return rerun_all(call);
        if (word != "-t" || i + 2 != arguments.size())
            return call.fail(kUsage);
        target = arguments.text(++i);
    }
    const auto found =
        find_target(call.server, call.execution.origin(), target, {'t', command::Kind::pane});
    if (!found)
        return call.fail(found.error().operation);
    const std::string problem = call.server.restorer->offers.run(*found->pane);
    return problem.empty() ? Flow::done : call.fail(problem);
}

constexpr std::array kRows = {CommandRow{"rerun", rerun}};

} // namespace

std::span<const CommandRow> rerun_commands() {
    return kRows;
}

std::string without_controls(std::string_view text) {
    std::string result(text);
    std::ranges::replace_if(
        result, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return result;
}

// What a process calls itself is no line for a shell, even if it is one word.
std::string command_line(const protocol::Texts& words, bool own) {
    if (own && words.size() == 1)
        return without_controls(words.front());
    std::string line;
    for (const std::string& word : words)
        line += (line.empty() ? "" : " ") + quoted(word);
    return without_controls(line);
}

void Offers::add(Offer offer) {
    std::erase_if(offers_, [&offer](const Offer& other) { return other.pane == offer.pane; });
    offers_.push_back(std::move(offer));
    keep();
}

void Offers::keep() {
    std::erase_if(offers_, [this](const Offer& offer) {
        return server_.find_pane(static_cast<PaneId>(offer.pane)) == nullptr;
    });
    if (!server_.ready())
        return;
    std::string bytes;
    protocol::Encoder encoder(bytes);
    encoder.list(offers_, kMaxPanes);
    if (auto file = memory_file_of(bytes))
        server_.keep(0, kOffersSlot, std::move(*file));
    else
        log::warning(file.error().text());
}

void Offers::held(const std::string& bytes) {
    protocol::Decoder decoder(bytes);
    std::vector<Offer> offers;
    decoder.list(offers, kMaxPanes);
    if (decoder.complete())
        offers_ = std::move(offers);
}

void Offers::runs(const Pane& pane) {
    const auto found = std::ranges::find(offers_, pane.id, &Offer::pane);
    if (found == offers_.end() || found->past != 0)
        return;
    found->past = 1;
    keep();
}

const Offer* Offers::of(PaneId pane) const {
    const auto found = std::ranges::find(offers_, pane, &Offer::pane);
    return found == offers_.end() ? nullptr : &*found;
}

std::string Offers::how(const Session& session) const {
    const auto table = server_.bindings.tables().find("prefix");
    if (table != server_.bindings.tables().end())
        for (const auto& [key, binding] : table->second)
            if (binding.command == "rerun")
                return without_controls(session.options.text("prefix")) + " " +
                       keys::key_name(key) + " runs it again, as berth rerun does";
    return "berth rerun runs it again";
}

std::string Offers::run(Pane& pane) {
    const auto found = std::ranges::find(offers_, pane.id, &Offer::pane);
    if (found == offers_.end())
        return "nothing is offered in this pane";
    if (!pane.running() || !pane.ran.empty())
        return "something else runs in this pane";
    pane.input(std::string(kClearLine) + command_line(found->words, found->own != 0) + "\r");
    offers_.erase(found);
    keep();
    server_.restorer->changed();
    return {};
}

} // namespace berth::mux
