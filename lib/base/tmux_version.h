// Which tmux berth is for whoever asks: `tmux -V` of the link, #{version}, $TERM_PROGRAM_VERSION.
// Scripts and configurations compare it before they use what newer versions have.
#pragma once

namespace berth {

inline constexpr const char* kTmuxVersion = "3.5a";

} // namespace berth
