// Feeds any bytes to the policy loader as two files. Whatever it makes of them has to hold:
// problems name a file and are bounded and printable; a policy's values are inside their ranges; a
// drop-in for sshd is lines of known words.
#include "policy/policy.h"
#include "policy/text.h"

#include <algorithm>
#include <cstdlib>

using namespace berth::policy;

namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

bool no_controls(std::string_view text) {
    return std::ranges::none_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check_problems(const std::vector<Problem>& problems) {
    require(!problems.empty() && problems.size() <= kMaxProblems);
    for (const Problem& problem : problems)
        require(!problem.file.empty() && !problem.allowed.empty() && no_controls(problem.text()));
}

void check_policy(const Policy& policy) {
    for (const Scope& scope : policy.scopes()) {
        const std::string groups[] = {scope.name};
        const Settings settings = policy.effective(scope.name, groups);
        for (const Option& row : options())
            require(parse_value(row, settings.text(row.id)) == settings.value(row.id));
    }
    const auto drop_in = sshd_drop_in(policy);
    if (!drop_in)
        return require(no_controls(drop_in.error().text()));
    for (std::string_view rest = *drop_in; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        require(end != std::string_view::npos);
        const std::string_view line = rest.substr(0, end);
        require(no_controls(line));
        require(line.starts_with("# ") || line.starts_with("Match User ") ||
                line.starts_with("Match Group ") || line.starts_with("    "));
        rest.remove_prefix(end + 1);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::size_t half = std::min(text.find('\f'), size);
    const std::vector<Source> sources{{"one", text.substr(0, half)}, {"two", text.substr(half)}};
    const auto policy = Policy::parse(sources);
    if (policy)
        check_policy(*policy);
    else
        check_problems(policy.error());
    return 0;
}
