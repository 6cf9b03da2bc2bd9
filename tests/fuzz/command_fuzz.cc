// Random texts in tmux's command language, as a file, as the words of a command line and as a
// target. What must hold whatever happens: no crash, bounded work, and a list that parses prints as
// a text that parses and prints the same.
#include "command/print.h"
#include "command/target.h"
#include "command/template.h"

#include <cstdint>
#include <cstdlib>
#include <map>

using namespace berth::command;

namespace {

class FuzzContext : public Context {
  public:
    std::optional<std::string> variable(const std::string& name) override {
        const auto found = variables_.find(name);
        return found == variables_.end() ? std::nullopt : std::optional(found->second);
    }
    void assign(const std::string& name, const std::string& value, Visibility) override {
        variables_[name] = value;
    }
    std::optional<std::string> home(const std::string& user) override {
        return user.size() > 3 ? std::nullopt : std::optional<std::string>("/home/" + user);
    }
    bool is_true(const std::string& condition) override { return condition.size() % 2 == 0; }
    std::optional<std::string> alias(const std::string& name) override {
        return name.starts_with("al") ? variable(name) : std::nullopt;
    }

  private:
    std::map<std::string, std::string> variables_;
};

void check_round_trip(const CommandList& list) {
    FuzzContext plain; // without aliases
    const Source source{"", 1, Grouping::single};
    const auto once = parse_text(print(list), source, plain);
    if (!once)
        std::abort();
    const std::string text = print(*once);
    const auto again = parse_text(text, source, plain);
    if (!again || print(*again) != text)
        std::abort();
}

std::vector<Value> words_of(std::string_view input) {
    std::vector<Value> words;
    while (!input.empty()) {
        const auto end = std::min(input.find_first_of(" \n"), input.size());
        words.emplace_back(std::string(input.substr(0, end)));
        input.remove_prefix(std::min(end + 1, input.size()));
    }
    return words;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    FuzzContext context;
    const std::vector<std::string> answers{"a", "b%1\"c"};
    if (const auto list = parse_text(input, {"f"}, context)) {
        check_round_trip(*list);
        (void)print(substitute(*list, answers), Separators::escaped);
    }
    const auto words = words_of(input);
    if (const auto list = parse_values(words, {}, context))
        check_round_trip(*list);
    for (const Kind kind : {Kind::session, Kind::window, Kind::pane})
        if (const Target target = parse_target(input, kind);
            target.tries.empty() != (target.special != Special::none))
            std::abort();
    return 0;
}
