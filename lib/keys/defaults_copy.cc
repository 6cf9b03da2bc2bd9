// The default bindings of the key table copy-mode: copy mode with mode-keys emacs.
#include "keys/defaults.h"

#include <array>

namespace berth::keys {
namespace {

constexpr auto kRows = std::to_array<DefaultBinding>({
    {"Escape", "send-keys -X cancel"},
    {"Space", "send-keys -X page-down"},
    {",", "send-keys -X jump-reverse"},
    {";", "send-keys -X jump-again"},
    {"F", R"~(command-prompt -1P -p "(jump backward)" { send-keys -X jump-backward -- "%%" })~"},
    {"L", "send-keys -X line-numbers-toggle"},
    {"N", "send-keys -X search-reverse"},
    {"P", "send-keys -X toggle-position"},
    {"R", "send-keys -X rectangle-toggle"},
    {"T",
     R"~(command-prompt -1P -p "(jump to backward)" { send-keys -X jump-to-backward -- "%%" })~"},
    {"X", "send-keys -X set-mark"},
    {"f", R"~(command-prompt -1P -p "(jump forward)" { send-keys -X jump-forward -- "%%" })~"},
    {"g", R"~(command-prompt -P -p "(goto line)" { send-keys -X goto-line -- "%%" })~"},
    {"n", "send-keys -X search-again"},
    {"q", "send-keys -X cancel"},
    {"r", "send-keys -X refresh-now"},
    {"t",
     R"~(command-prompt -1P -p "(jump to forward)" { send-keys -X jump-to-forward -- "%%" })~"},
    {"Home", "send-keys -X start-of-line"},
    {"End", "send-keys -X end-of-line"},
    {"NPage", "send-keys -X page-down"},
    {"PPage", "send-keys -X page-up"},
    {"Up", "send-keys -X cursor-up"},
    {"Down", "send-keys -X cursor-down"},
    {"Left", "send-keys -X cursor-left"},
    {"Right", "send-keys -X cursor-right"},
    {"MouseDown1Pane", "select-pane"},
    {"MouseDrag1Pane", "select-pane ; send-keys -X begin-selection"},
    {"MouseDragEnd1Pane", "send-keys -X copy-pipe-and-cancel"},
    {"WheelDownPane", "select-pane ; send-keys -X -N 5 scroll-down"},
    {"WheelUpPane", "select-pane ; send-keys -X -N 5 scroll-up"},
    {"DoubleClick1Pane", "select-pane ; send-keys -X select-word ; run-shell -d 0.3 ; send-keys -X "
                         "copy-pipe-and-cancel"},
    {"TripleClick1Pane", "select-pane ; send-keys -X select-line ; run-shell -d 0.3 ; send-keys -X "
                         "copy-pipe-and-cancel"},
    {"M-1", R"~(command-prompt -NP -I 1 -p (repeat) { send-keys -N "%%" })~"},
    {"M-2", R"~(command-prompt -NP -I 2 -p (repeat) { send-keys -N "%%" })~"},
    {"M-3", R"~(command-prompt -NP -I 3 -p (repeat) { send-keys -N "%%" })~"},
    {"M-4", R"~(command-prompt -NP -I 4 -p (repeat) { send-keys -N "%%" })~"},
    {"M-5", R"~(command-prompt -NP -I 5 -p (repeat) { send-keys -N "%%" })~"},
    {"M-6", R"~(command-prompt -NP -I 6 -p (repeat) { send-keys -N "%%" })~"},
    {"M-7", R"~(command-prompt -NP -I 7 -p (repeat) { send-keys -N "%%" })~"},
    {"M-8", R"~(command-prompt -NP -I 8 -p (repeat) { send-keys -N "%%" })~"},
    {"M-9", R"~(command-prompt -NP -I 9 -p (repeat) { send-keys -N "%%" })~"},
    {"M-<", "send-keys -X history-top"},
    {"M->", "send-keys -X history-bottom"},
    {"M-R", "send-keys -X top-line"},
    {"M-b", "send-keys -X previous-word"},
    {"M-f", "send-keys -X next-word-end"},
    {"M-l", "send-keys -X cursor-centre-horizontal"},
    {"M-m", "send-keys -X back-to-indentation"},
    {"M-r", "send-keys -X middle-line"},
    {"M-v", "send-keys -X page-up"},
    {"M-w", "send-keys -X copy-pipe-and-cancel"},
    {"M-x", "send-keys -X jump-to-mark"},
    {"M-{", "send-keys -X previous-paragraph"},
    {"M-}", "send-keys -X next-paragraph"},
    {"M-Up", "send-keys -X halfpage-up"},
    {"M-Down", "send-keys -X halfpage-down"},
    {"C-Space", "send-keys -X begin-selection"},
    {"C-[", "send-keys -X cancel"},
    {"C-a", "send-keys -X start-of-line"},
    {"C-b", "send-keys -X cursor-left"},
    {"C-c", "send-keys -X cancel"},
    {"C-e", "send-keys -X end-of-line"},
    {"C-f", "send-keys -X cursor-right"},
    {"C-g", "send-keys -X clear-selection"},
    {"C-k", "send-keys -X copy-pipe-end-of-line-and-cancel"},
    {"C-l", "send-keys -X recentre-top-bottom"},
    {"C-n", "send-keys -X cursor-down"},
    {"C-p", "send-keys -X cursor-up"},
    {"C-r",
     R"~(command-prompt -Pi -I "#{pane_search_string}" -T search -p "(search up)" { send-keys -X search-backward-incremental -- "%%" })~"},
    {"C-s",
     R"~(command-prompt -Pi -I "#{pane_search_string}" -T search -p "(search down)" { send-keys -X search-forward-incremental -- "%%" })~"},
    {"C-v", "send-keys -X page-down"},
    {"C-w", "send-keys -X copy-pipe-and-cancel"},
    {"C-Up", "send-keys -X scroll-up"},
    {"C-Down", "send-keys -X scroll-down"},
    {"C-M-b", "send-keys -X previous-matching-bracket"},
    {"C-M-f", "send-keys -X next-matching-bracket"},
    {"C-M-Up", "send-keys -X previous-prompt"},
    {"C-M-Down", "send-keys -X next-prompt"},
});

} // namespace

std::span<const DefaultBinding> copy_defaults() {
    return kRows;
}

} // namespace berth::keys
