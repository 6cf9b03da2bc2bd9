// Policy::parse: inih reads the lines, this file says what they mean. inih keeps 49 bytes of a
// section's name and reads lines of 199 bytes, silently; account names may be longer. So the lines
// are handed to it one by one, without their indentation (it would take them for more of the value
// before), and sections are kept here.
#include "policy/policy.h"

#include <algorithm>
#include <ini.h>

namespace berth::policy {
namespace {

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\v\f";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// What is shown of a wrong file's text: no control characters, bounded.
std::string printable(std::string_view text) {
    std::string out(text.substr(0, kMaxLineBytes));
    std::ranges::replace_if(out, is_control, '?');
    return out;
}

class Parser {
  public:
    Parser(const Source& source, std::vector<Scope>& scopes, std::vector<Problem>& problems)
        : rest_(source.text), file_(source.file), scopes_(scopes), problems_(problems) {}

    void run() {
        if (rest_.starts_with("\xEF\xBB\xBF"))
            rest_.remove_prefix(3);
        const int wrong = ini_parse_stream(&Parser::read_line, this, &Parser::take_option, this);
        if (wrong < 0)
            problem(0, {}, {}, "out of memory");
        else if (wrong > 0 && !reported(wrong))
            problem(wrong, {}, {}, "neither a [section], an option = value nor a comment");
    }

  private:
    void problem(int line, std::string_view option, std::string_view value, std::string allowed) {
        if (problems_.size() < kMaxProblems)
            problems_.push_back(
                {file_, line, printable(option), printable(value), std::move(allowed)});
    }

    [[nodiscard]] bool reported(int line) const {
        return std::ranges::any_of(
            problems_, [&](const Problem& p) { return p.file == file_ && p.line == line; });
    }

    static char* read_line(char* buffer, int size, void* stream) noexcept {
        return static_cast<Parser*>(stream)->next(buffer, static_cast<std::size_t>(size));
    }

    static int take_option(void* user, const char* /*section*/, const char* name,
                           const char* value) noexcept {
        static_cast<Parser*>(user)->take(name, value == nullptr ? "" : value);
        return 1;
    }

    // The next line for inih: as it is, or [N] for a section, or empty if it was refused here.
    char* next(char* buffer, std::size_t size) {
        if (rest_.empty())
            return nullptr;
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        const std::string_view line = trim(rest_.substr(0, end));
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        ++line_;
        const std::string text = line.starts_with('[') ? take_section(line) : take_plain(line);
        const std::size_t length = text.copy(buffer, size - 1);
        buffer[length] = '\0';
        return buffer;
    }

    std::string take_plain(std::string_view line) {
        if (line.starts_with('#') || line.starts_with(';'))
            return {};
        if (std::ranges::any_of(line, [](char c) { return is_control(c) && c != '\t'; }))
            problem(line_, {}, {}, "a control character in this line");
        else if (line.size() > kMaxLineBytes)
            problem(line_, {}, {},
                    "a line of more than " + std::to_string(kMaxLineBytes) + " bytes");
        else
            return std::string(line);
        return {};
    }

    // inih is told of a section only so that it forgets the option before it.
    std::string take_section(std::string_view line) {
        section_ = Section::refused;
        const std::size_t close = line.find(']');
        const std::string_view after =
            close == std::string_view::npos ? "no ]" : trim(line.substr(close + 1));
        const bool ends_well = after.empty() || after.starts_with('#') || after.starts_with(';');
        if (!ends_well || line.size() > kMaxSectionBytes || std::ranges::any_of(line, is_control))
            problem(line_, {}, {},
                    "not a section: a [name] of at most " + std::to_string(kMaxSectionBytes) +
                        " printable bytes alone on its line");
        else
            open_scope(trim(line.substr(1, close - 1)));
        return "[section]";
    }

    void open_scope(std::string_view section) {
        const std::size_t space = std::min(section.find(' '), section.size());
        const std::string_view word = section.substr(0, space);
        const std::string_view name = trim(section.substr(space));
        const bool account = word == "user" || word == "group";
        const bool known = account ? !name.empty() && name.size() <= kMaxNameBytes
                                   : std::ranges::any_of(options(), [&](const Option& row) {
                                         return row.section == section;
                                     });
        if (!known)
            return problem(line_, {}, {},
                           "no such section: [" + printable(section) +
                               "] (allowed: " + sections_text() + ")");
        const ScopeKind kind = !account         ? ScopeKind::everyone
                               : word == "user" ? ScopeKind::user
                                                : ScopeKind::group;
        scopes_.push_back(
            {kind, std::string(section), std::string(account ? name : ""), file_, {}});
        section_ = Section::open;
    }

    static std::string sections_text() {
        std::string text;
        std::string_view last;
        for (const Option& row : options()) {
            if (row.section != last)
                text.append("[").append(row.section).append("], ");
            last = row.section;
        }
        return text + "[user NAME], [group NAME]";
    }

    void take(std::string_view name, std::string_view value) {
        if (section_ == Section::none)
            return problem(line_, name, value, "an option before the first [section]");
        if (section_ == Section::refused) // one problem is enough
            return;
        Scope& scope = scopes_.back();
        const Option* row = find(scope, name, value);
        if (row == nullptr)
            return;
        const std::optional<Value> parsed = parse_value(*row, value);
        if (!parsed)
            return problem(line_, name, value, "allowed: " + allowed_text(*row));
        const auto before = std::ranges::find(scope.assignments, row->id, &Assignment::option);
        if (before != scope.assignments.end())
            return problem(line_, name, value,
                           "already set in line " + std::to_string(before->line) +
                               " of this section");
        scope.assignments.push_back(
            {row->id, *parsed, line_, row->text_bytes != 0 ? std::string(value) : std::string()});
    }

    // The option of that name in a section; reports and returns null if there is none, or more than
    // one.
    const Option* find(const Scope& scope, std::string_view name, std::string_view value) {
        const bool everyone = scope.kind == ScopeKind::everyone;
        std::vector<const Option*> found;
        std::string names;
        for (const Option& row : options()) {
            if (everyone && row.section != scope.section)
                continue;
            names.append(names.empty() ? "" : ", ").append(everyone ? row.name : full_name(row));
            if (name == row.name || (!everyone && name == full_name(row)))
                found.push_back(&row);
        }
        if (found.size() == 1)
            return found.front();
        std::string which;
        for (const Option* row : found)
            which.append(which.empty() ? "" : " or ").append(full_name(*row));
        if (found.empty())
            problem(line_, name, value, "no such option; allowed: " + names);
        else
            problem(line_, name, value, "write " + which);
        return nullptr;
    }

    enum class Section : std::uint8_t { none, refused, open };

    std::string_view rest_;
    const std::string& file_;
    std::vector<Scope>& scopes_;
    std::vector<Problem>& problems_;
    Section section_ = Section::none;
    int line_ = 0;
};

} // namespace

std::expected<Policy, std::vector<Problem>> Policy::parse(std::span<const Source> sources) {
    std::vector<Scope> scopes;
    std::vector<Problem> problems;
    std::size_t total = 0;
    for (const Source& source : sources) {
        total += source.text.size();
        if (source.text.size() > kMaxFileBytes || total > kMaxTotalBytes) {
            problems.push_back({source.file,
                                0,
                                {},
                                {},
                                "more than " + std::to_string(kMaxFileBytes) + " bytes (" +
                                    std::to_string(kMaxTotalBytes) + " in all files)"});
            break;
        }
        Parser(source, scopes, problems).run();
    }
    if (!problems.empty())
        return std::unexpected(std::move(problems));
    return Policy(std::move(scopes));
}

} // namespace berth::policy
