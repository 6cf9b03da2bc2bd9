// The cases of tests/cases/command: inputs whose outcome tmux itself was asked for
// (tools/record-commands).
#include "command/print.h"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

using namespace berth::command;

namespace {

using Names = std::map<std::string, std::string>;

// The world that tools/record-commands gives tmux.
class TestContext : public Context {
  public:
    std::optional<std::string> variable(const std::string& name) override {
        return look_up(variables_, name);
    }
    void assign(const std::string& name, const std::string& value, Visibility) override {
        variables_[name] = value;
    }
    std::optional<std::string> home(const std::string& user) override {
        if (user.empty())
            return variable("HOME");
        return user == "root" ? std::optional<std::string>("/root") : std::nullopt;
    }
    // Formats are another library's: "#{l:TEXT}" and plain texts are enough to tell true from
    // false.
    bool is_true(const std::string& condition) override {
        const bool literal = condition.starts_with("#{l:");
        const std::string text = condition == "#{==:a,a}" ? "1"
                                 : literal ? condition.substr(4, condition.find('}') - 4) +
                                                 condition.substr(condition.find('}') + 1)
                                 : condition.starts_with("#{") ? ""
                                                               : condition;
        return !text.empty() && text != "0";
    }
    std::optional<std::string> alias(const std::string& name) override {
        return look_up(aliases_, name);
    }

  private:
    static std::optional<std::string> look_up(const Names& names, const std::string& name) {
        const auto found = names.find(name);
        return found == names.end() ? std::nullopt : std::optional(found->second);
    }

    Names variables_{{"HOME", "/home/user"}, {"NAME", "value"}, {"WORDS", "a b"},
                     {"EMPTY", ""},          {"TILDE", "~"},    {"PART", "a ; b"}};
    Names aliases_{{"split-pane", "split-window"},
                   {"splitp", "split-window"},
                   {"server-info", "show-messages -JT"},
                   {"info", "show-messages -JT"},
                   {"choose-window", "choose-tree -w"},
                   {"choose-session", "choose-tree -s"},
                   {"both", "list-keys -1 ; list-panes"},
                   {"loop", "both"},
                   {"wrong", "list-keys -Z"},
                   {"none", ""},
                   {"open", "list-keys {"},
                   {"lsb", "list-panes -F \"a b\""},
                   {"block", "if-shell 1 { list-keys }"}};
};

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out.push_back(text[i]);
            continue;
        }
        const char c = text[++i];
        if (c == 'x') {
            out.push_back(
                static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)));
            i += 2;
        } else {
            out.push_back(c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
        }
    }
    return out;
}

// What the inputs bind, as bind-key of tmux would.
class Run {
  public:
    void text(const std::string& input) {
        bind("x", parse_text(input, {"", 1, Grouping::single}, context_));
    }

    void words(const std::string& input) {
        std::vector<Value> values;
        for (std::size_t at = 0, end = 0; end != input.npos; at = end + 1) {
            end = input.find('|', at);
            const std::string word = input.substr(at, end == input.npos ? end : end - at);
            if (!word.starts_with('{') || !word.ends_with('}')) {
                values.emplace_back(word);
                continue;
            }
            auto list =
                parse_text(std::string_view(word).substr(1, word.size() - 2), {"f.conf"}, context_);
            if (!list)
                return bind("x", std::move(list));
            values.emplace_back(std::make_shared<const CommandList>(std::move(*list)));
        }
        bind("x", parse_values(values, {"", 1, Grouping::single}, context_));
    }

    void file(const std::string& input) {
        const auto list = parse_text(input, {"f.conf"}, context_);
        if (!list) {
            error_ = list.error().operation;
            return;
        }
        unsigned failed_group = 0;
        for (const Command& command : list->commands) {
            const Arguments& arguments = command.arguments;
            if (command.row->name != "bind-key" || arguments.value('T') != "p" ||
                (!error_.empty() && command.group == failed_group))
                continue;
            const bool had_error = !error_.empty();
            bind(arguments.positional(0).text(),
                 parse_values(arguments.all().subspan(1), {"", 1, Grouping::single}, context_));
            if (!had_error && !error_.empty())
                failed_group = command.group;
        }
    }

    [[nodiscard]] std::vector<std::string> outcome() const {
        std::vector<std::string> lines;
        if (!error_.empty())
            lines.push_back("! " + error_);
        for (const auto& [key, commands] : bound_)
            lines.push_back("= " + quote(key) + (commands.empty() ? "" : " " + commands));
        return lines;
    }

    // Whether what was bound comes out the same when its print is read again.
    [[nodiscard]] bool reads_back() const {
        for (const auto& [key, text] : read_back_) {
            TestContext context;
            const auto list = parse_text(text, {"", 1, Grouping::single}, context);
            if (!list || print(*list) != text)
                return false;
        }
        return true;
    }

  private:
    void bind(const std::string& key, berth::Result<CommandList> list) {
        if (list) {
            bound_[key] = print(*list, Separators::escaped);
            const std::string plain = print(*list);
            if (plain.find(";; ") == plain.npos) // which lines they were on is not kept
                read_back_[key] = plain;
        } else if (error_.empty()) {
            error_ = list.error().operation;
        }
    }

    TestContext context_;
    std::string error_;
    std::map<std::string, std::string> bound_;
    std::map<std::string, std::string> read_back_;
};

struct Case {
    std::string place;
    std::string input;
    std::vector<std::string> expected;
};

std::vector<Case> read_cases(const std::filesystem::path& path) {
    std::vector<Case> cases;
    std::ifstream in(path);
    unsigned number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.starts_with("> "))
            cases.push_back(
                {path.filename().string() + ":" + std::to_string(number), line.substr(2), {}});
        else if (line.starts_with("= ") || line.starts_with("! "))
            cases.back().expected.push_back(unescape(line));
    }
    return cases;
}

void run_family(const std::string& family, void (Run::*give)(const std::string&)) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(BERTH_CASES "/command")) {
        if (!entry.path().filename().string().starts_with(family + "-"))
            continue;
        for (const Case& one : read_cases(entry.path())) {
            Run run;
            (run.*give)(unescape(one.input));
            const auto outcome = run.outcome();
            BOOST_TEST_CONTEXT(one.place << ": " << one.input) {
                BOOST_TEST(outcome == one.expected, boost::test_tools::per_element());
                BOOST_TEST(run.reads_back());
            }
            ++count;
        }
    }
    BOOST_TEST(count > 0U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_cases)

BOOST_AUTO_TEST_CASE(texts) {
    run_family("text", &Run::text);
}

BOOST_AUTO_TEST_CASE(words) {
    run_family("words", &Run::words);
}

BOOST_AUTO_TEST_CASE(files) {
    run_family("file", &Run::file);
}

BOOST_AUTO_TEST_SUITE_END()
