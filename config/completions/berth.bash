# Completion of berth(1) for bash: commands, and sessions after -t.
# words-sh: from lib/command/rows.h, mux/, client/
_berth_words='accept admin admit attach attach-session bind bind-key break-pane breakp capture-pane capturep choose-buffer choose-client choose-tree clear-history clear-prompt-history clearhist clearphist clock-mode command-prompt confirm confirm-before copy-mode customize-mode delete-buffer deleteb detach detach-client display display-menu display-message display-panes display-popup displayp doctor env find-window findw floor guests has has-session if if-shell join join-pane joinp kick kill-pane kill-server kill-session kill-window killp killw last last-pane last-window lastp link-window linkw list-buffers list-clients list-commands list-keys list-panes list-sessions list-windows load-buffer loadb lock lock-client lock-server lock-session lockc locks ls lsb lsc lscm lsk lsp lsw menu move-pane move-window movep movew new new-session new-window neww next next-layout next-window nextl paste-buffer pasteb pause pipe-pane pipep policy popup prev previous-layout previous-window prevl private propose refresh refresh-client refuse rename rename-session rename-window renamew rerun resize-pane resize-window resizep resizew respawn-pane respawn-window respawnp respawnw resume role rotate-window rotatew run run-shell save-buffer saveb select-layout select-pane select-window selectl selectp selectw send send-keys send-prefix server-access set set-buffer set-environment set-hook set-option set-window-option setb setenv setw share share-menu shares show show-buffer show-environment show-hooks show-messages show-options show-prompt-history show-window-options showb showenv showmsgs showphist showw source source-file split-window splitw start start-server suspend-client suspendc swap-pane swap-window swapp swapw switch-client switch-mode switchc unbind unbind-key unlink-window unlinkw unshare wait wait-for'
# end
_berth() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} number given=
    for ((number = 1; number < COMP_CWORD; number++)); do
        case ${COMP_WORDS[number]} in
        -L | -S | -f | -c | -T) ((number++)) ;;
        -*) ;;
        *) given=${COMP_WORDS[number]} && break ;;
        esac
    done
    case $before in
    -t | -s) COMPREPLY=($(compgen -W "$(berth ls -F '#{session_name}' 2> /dev/null)" -- "$word")) ;;
    -S | -f) COMPREPLY=($(compgen -f -- "$word")) ;;
    *) [ -n "$given" ] || COMPREPLY=($(compgen -W "$_berth_words" -- "$word")) ;;
    esac
}
complete -F _berth berth
