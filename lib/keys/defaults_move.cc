// The default bindings of the key table move: moving floating panes (prefix g).
#include "keys/defaults.h"

#include <array>

namespace berth::keys {
namespace {

constexpr auto kRows = std::to_array<DefaultBinding>({
    {",",
     R"~(if-shell -F "#{pane_floating_flag}" { display-menu -T "#[align=centre]Move" -x P -y P Centre c { move-pane -P centre } '' "Top Left" 1 { move-pane -P top-left } "Top Right" 2 { move-pane -P top-right } "Bottom Left" 3 { move-pane -P bottom-left } "Bottom Right" 4 { move-pane -P bottom-right } '' Top t { move-pane -P top-centre } Bottom b { move-pane -P bottom-centre } Left l { move-pane -P centre-left } Right r { move-pane -P centre-right } })~"},
    {".",
     R"~(if-shell -F "#{pane_floating_flag}" { display-menu -T "#[align=centre]Move & Resize" -x P -y P Fill 0 { resize-pane -x "100%" -y "100%" ; move-pane -P top-left } '' "Top Left" 1 { resize-pane -x "50%" -y "50%" ; move-pane -P top-left } "Top Right" 2 { resize-pane -x "50%" -y "50%" ; move-pane -P top-right } "Bottom Left" 3 { resize-pane -x "50%" -y "50%" ; move-pane -P bottom-left } "Bottom Right" 4 { resize-pane -x "50%" -y "50%" ; move-pane -P bottom-right } '' Top t { resize-pane -x "100%" -y "50%" ; move-pane -P top-centre } Bottom b { resize-pane -x "100%" -y "50%" ; move-pane -P bottom-centre } Left l { resize-pane -x "50%" -y "100%" ; move-pane -P centre-left } Right r { resize-pane -x "50%" -y "100%" ; move-pane -P centre-right } })~"},
    {"0", R"~(resize-pane -x "100%" -y "100%" ; move-pane -P top-left)~"},
    {"1", "move-pane -P top-left"},
    {"2", "move-pane -P top-right"},
    {"3", "move-pane -P bottom-left"},
    {"4", "move-pane -P bottom-right"},
    {"Up", "move-pane -P top-centre"},
    {"Down", "move-pane -P bottom-centre"},
    {"Left", "move-pane -P centre-left"},
    {"Right", "move-pane -P centre-right"},
    {"M-1", R"~(resize-pane -x "50%" -y "50%" ; move-pane -P top-left)~"},
    {"M-2", R"~(resize-pane -x "50%" -y "50%" ; move-pane -P top-right)~"},
    {"M-3", R"~(resize-pane -x "50%" -y "50%" ; move-pane -P bottom-left)~"},
    {"M-4", R"~(resize-pane -x "50%" -y "50%" ; move-pane -P bottom-right)~"},
    {"M-Up", R"~(resize-pane -x "100%" -y "50%" ; move-pane -P top-centre)~"},
    {"M-Down", R"~(resize-pane -x "100%" -y "50%" ; move-pane -P bottom-centre)~"},
    {"M-Left", R"~(resize-pane -x "50%" -y "100%" ; move-pane -P centre-left)~"},
    {"M-Right", R"~(resize-pane -x "50%" -y "100%" ; move-pane -P centre-right)~"},
});

} // namespace

std::span<const DefaultBinding> move_defaults() {
    return kRows;
}

} // namespace berth::keys
