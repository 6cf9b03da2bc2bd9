// What was typed at prompts, for each type of prompt by itself; newest last.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::prompt {

enum class Type : std::uint8_t { command, search, target, window_target };
inline constexpr std::array<std::string_view, 4> kTypeNames = {"command", "search", "target",
                                                               "window-target"};
[[nodiscard]] std::optional<Type> type_named(std::string_view name);

class History {
  public:
    // A line that was the last one already is not added again.
    void add(Type type, std::string_view line, std::size_t limit);
    void clear(Type type) { own(type).clear(); }
    [[nodiscard]] const std::vector<std::string>& lines(Type type) const {
        return lines_[std::to_underlying(type)];
    }

    // Its file: "TYPE:LINE" for each; lines of unknown types are left out.
    [[nodiscard]] std::string text() const;
    void read(std::string_view text, std::size_t limit);

  private:
    [[nodiscard]] std::vector<std::string>& own(Type type) {
        return lines_[std::to_underlying(type)];
    }
    std::array<std::vector<std::string>, kTypeNames.size()> lines_;
};

// Goes up and down through a history from below its newest line.
class Browser {
  public:
    // The line that is shown next; the newest but one is above the newest. nullopt: there is none.
    [[nodiscard]] std::optional<std::string> up(const std::vector<std::string>& lines);
    // Below the newest: an empty line.
    [[nodiscard]] std::optional<std::string> down(const std::vector<std::string>& lines);

  private:
    std::size_t above_ = 0; // 0: below the newest
};

} // namespace berth::prompt
