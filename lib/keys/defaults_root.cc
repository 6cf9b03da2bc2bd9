// The default bindings of the key table root: without the prefix key: the mouse.
#include "keys/defaults.h"
#include "keys/defaults_menus.h"

#include <array>

namespace berth::keys {
namespace {

constexpr auto kRows = std::to_array<DefaultBinding>({
    {"MouseDown1Pane", "select-pane -t = ; send-keys -M"},
    {"MouseDown1Status", "switch-client -t ="},
    {"MouseDown1Border", "select-pane -M"},
    {"MouseDown1ScrollbarUp",
     R"~(if-shell -F -t = "#{pane_in_mode}" { send-keys -X page-up } { copy-mode -u })~"},
    {"MouseDown1ScrollbarDown",
     R"~(if-shell -F -t = "#{pane_in_mode}" { send-keys -X page-down } { copy-mode -d })~"},
    {"MouseDown1Control7",
     R"~(if-shell -F -t = "#{pane_floating_flag}" { join-pane } { break-pane -W })~"},
    {"MouseDown1Control8", "resize-pane -Z"},
    {"MouseDown1Control9",
     R"~(display-menu -O -T "Kill pane #{pane_index}?" -t = -x M -y M Yes y { kill-pane -t = } )~"
     "No n {  }"},
    {"MouseDown2Pane",
     R"~(select-pane -t = ; if-shell -F "#{||:#{pane_in_mode},#{mouse_any_flag}}" { send-keys -M } )~"
     "{ paste-buffer -p }"},
    {"MouseDown3Pane",
     R"~(if-shell -F -t = "#{||:#{mouse_any_flag},#{&&:#{pane_in_mode},#{?#{m/r:(copy|view)-mode,#{pane_mode}},0,1}}}" { select-pane -t = ; send-keys -M } { display-menu -T "#[align=centre]#{pane_index} (#{pane_id})" -t = -x M -y M )~" BERTH_PANE_MENU
     " }"},
    {"MouseDown3Status",
     R"~(display-menu -T "#[align=centre]#{window_index}:#{window_name}" -t = -x W -y W )~" BERTH_WINDOW_MENU},
    {"MouseDown3StatusLeft", BERTH_SESSION_MENU},
    {"MouseDown3Empty",
     R"~(display-menu -T "#[align=centre]#{window_index}:#{window_name}" -t = -x M -y M )~" BERTH_EMPTY_MENU},
    {"MouseDrag1Pane",
     R"~(if-shell -F "#{||:#{pane_in_mode},#{mouse_any_flag}}" { send-keys -M } )~"
     "{ copy-mode -M }"},
    {"MouseDrag1Border", "resize-pane -M"},
    {"MouseDrag1ScrollbarSlider",
     R"~(if-shell -F -t = "#{pane_in_mode}" { send-keys -X scroll-to-mouse } )~"
     "{ copy-mode -S }"},
    {"WheelDownStatus", "next-window"},
    {"WheelUpPane",
     R"~(if-shell -F "#{||:#{alternate_on},#{pane_in_mode},#{mouse_any_flag}}" { send-keys -M } )~"
     "{ copy-mode -e }"},
    {"WheelUpStatus", "previous-window"},
    {"DoubleClick1Pane",
     R"~(select-pane -t = ; if-shell -F "#{||:#{pane_in_mode},#{mouse_any_flag}}" { send-keys -M } )~"
     "{ copy-mode -H ; send-keys -X select-word ; run-shell -d 0.3 ; send-keys -X "
     "copy-pipe-and-cancel }"},
    {"TripleClick1Pane",
     R"~(select-pane -t = ; if-shell -F "#{||:#{pane_in_mode},#{mouse_any_flag}}" { send-keys -M } )~"
     "{ copy-mode -H ; send-keys -X select-line ; run-shell -d 0.3 ; send-keys -X "
     "copy-pipe-and-cancel }"},
    {"M-MouseDown3Pane",
     R"~(display-menu -T "#[align=centre]#{pane_index} (#{pane_id})" -t = -x M -y M )~" BERTH_PANE_MENU},
    {"M-MouseDown3Status",
     R"~(display-menu -T "#[align=centre]#{window_index}:#{window_name}" -t = -x W -y W )~" BERTH_WINDOW_MENU},
    {"M-MouseDown3StatusLeft", BERTH_SESSION_MENU},
    {"M-MouseDown3Empty",
     R"~(display-menu -T "#[align=centre]#{window_index}:#{window_name}" -t = -x M -y M )~" BERTH_EMPTY_MENU},
    {"M-MouseDrag1Pane", "move-pane -M"},
    {"M-MouseDrag1Border", "move-pane -M"},
    {"C-MouseDown1Status", "swap-window -t @"},
    {"C-MouseDrag1Pane", "new-pane -M"},
    {"C-MouseDrag1Empty", "new-pane -M"},
});

} // namespace

std::span<const DefaultBinding> root_defaults() {
    return kRows;
}

} // namespace berth::keys
