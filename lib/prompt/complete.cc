#include "prompt/complete.h"

#include <algorithm>

namespace berth::prompt {

std::vector<std::string> matching(std::span<const std::string> candidates, std::string_view word) {
    std::vector<std::string> found;
    for (const std::string& candidate : candidates)
        if (candidate.starts_with(word))
            found.push_back(candidate);
    std::ranges::sort(found);
    const auto again = std::ranges::unique(found);
    found.erase(again.begin(), again.end());
    return found;
}

std::string common_begin(std::span<const std::string> candidates) {
    if (candidates.empty())
        return {};
    std::string common = candidates.front();
    for (const std::string& candidate : candidates) {
        const auto differ = std::ranges::mismatch(common, candidate).in1;
        common.erase(differ, common.end());
    }
    return common;
}

} // namespace berth::prompt
