#include "command/template.h"

#include <algorithm>

namespace berth::command {

namespace {

std::string escaped(std::string_view answer) {
    std::string out;
    for (const char c : answer) {
        if (std::string_view("\"\\$;~").find(c) != std::string_view::npos)
            out.push_back('\\');
        out.push_back(c);
    }
    return out;
}

Arguments substitute_words(const Arguments& arguments, std::span<const std::string> answers) {
    return arguments.transformed([&](const Value& value) -> Value {
        if (!value.is_commands())
            return substitute(value.text(), answers);
        return std::make_shared<const CommandList>(substitute(*value.commands(), answers));
    });
}

} // namespace

std::string substitute(std::string_view text, std::span<const std::string> answers) {
    std::string out;
    std::size_t unnumbered = 0; // how many "%%" were replaced
    while (!text.empty()) {
        const char next = text.size() > 1 ? text[1] : '\0';
        const std::size_t number = next == '%' ? unnumbered + 1
                                   : next >= '1' && next <= '9'
                                       ? static_cast<std::size_t>(next - '0')
                                       : 0;
        if (text[0] != '%' || number == 0 || answers.empty() || number > answers.size() + 1) {
            out.push_back(text[0]);
            text.remove_prefix(1);
            continue;
        }
        if (next == '%')
            ++unnumbered;
        text.remove_prefix(2);
        const std::string& answer = answers[std::min(number, answers.size()) - 1];
        const bool quoted = text.starts_with('%');
        out += quoted ? escaped(answer) : answer;
        text.remove_prefix(quoted ? 1 : 0);
    }
    return out;
}

CommandList substitute(const CommandList& list, std::span<const std::string> answers) {
    CommandList out = list;
    for (Command& command : out.commands)
        command.arguments = substitute_words(command.arguments, answers);
    return out;
}

} // namespace berth::command
