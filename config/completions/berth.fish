# Completion of berth(1) for fish: commands, and sessions after -t.
# words-fish: from lib/command/rows.h, mux/, client/
set -g __berth_words admin attach attach-session bind bind-key break-pane breakp capture-pane capturep clear-history clearhist clock-mode delete-buffer deleteb detach detach-client display display-message doctor env has has-session if if-shell join-pane joinp kill-pane kill-server kill-session kill-window killp killw last last-pane last-window lastp link-window linkw list-buffers list-clients list-commands list-keys list-panes list-sessions list-windows load-buffer loadb ls lsb lsc lscm lsk lsp lsw move-pane move-window movep movew new new-session new-window neww next next-layout next-window nextl paste-buffer pasteb policy prev previous-layout previous-window prevl refresh refresh-client rename rename-session rename-window renamew resize-pane resize-window resizep resizew respawn-pane respawn-window respawnp respawnw rotate-window rotatew run run-shell save-buffer saveb select-layout select-pane select-window selectl selectp selectw send send-keys send-prefix server-access set set-buffer set-environment set-hook set-option set-window-option setb setenv setw show show-buffer show-environment show-hooks show-messages show-options show-window-options showb showenv showmsgs showw source source-file split-window splitw start start-server swap-pane swap-window swapp swapw switch-client switchc unbind unbind-key unlink-window unlinkw wait wait-for
# end
complete -c berth -n "not __fish_seen_subcommand_from $__berth_words" -f -a "$__berth_words"
complete -c berth -n "__fish_seen_subcommand_from $__berth_words" -s t -x -a "(berth ls -F '#{session_name}' 2>/dev/null)"
complete -c berth -s L -x -d "server of that name"
complete -c berth -s S -r -d "server at that path"
complete -c berth -s f -r -d configuration
complete -c berth -l json -d "for programs"
