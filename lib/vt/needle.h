// A text that is looked for in packed lines (line_codec.h), to leave out those that have none of
// it without unpacking them. Internal to lib/vt but for who asks History::may_have().
#pragma once

#include <string>
#include <string_view>

namespace berth::vt {

class Needle {
  public:
    // Printable ASCII without blanks, at least one character. If `fold`, it is in lower case and
    // stands for both cases.
    Needle(std::string_view text, bool fold);

    // Is it in these characters?
    [[nodiscard]] bool in(std::string_view characters) const;
    // May it be in a packed line?
    [[nodiscard]] bool may_be_in(std::string_view line) const;
    // May it begin in this one and end in the next, into which it wraps?
    [[nodiscard]] bool may_be_across(std::string_view line, std::string_view next) const;

  private:
    [[nodiscard]] bool at(const char* from) const;

    std::string text_;
    std::string cases_; // of each character: the bit that its other case has more, or 0
};

} // namespace berth::vt
