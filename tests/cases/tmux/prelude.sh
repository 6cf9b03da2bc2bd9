# What the scripts of these cases share. $T is tmux or berth on a socket of its own.
# until_true COMMAND…: runs it again and again until it succeeds; the whole case has a deadline.
until_true() {
    while ! "$@" >"$WORK/until" 2>&1; do sleep 0.05; done
}
# shows TARGET TEXT: waits until the pane shows the text.
shows() {
    until_true pane_has "$1" "$2"
}
pane_has() {
    $T capture-pane -p -t "$1" | grep -F -e "$2"
}
# gives COMMAND…: runs it and tells its exit code when that is not 0.
gives() {
    "$@" || echo "exit $?"
}
# line FORMAT WANTED [TARGET]: waits until the format has this value.
becomes() {
    until_true has_value "$@"
}
has_value() {
    test "$($T display-message -p -t "${3:-}" "$1")" = "$2"
}
layouts() {
    $T list-windows -F '#{window_index} #{window_layout} #{window_zoomed_flag}' "$@"
}
panes() {
    $T list-panes -F '#{pane_index} #{pane_id} #{pane_width}x#{pane_height} #{pane_left},#{pane_top} #{pane_active}' "$@"
}
windows() {
    $T list-windows -F '#{window_index} #{window_id} #{window_name} #{window_raw_flags}' "$@"
}
# no_server: without a server, tmux says one of several things, by whether its socket was left behind.
no_server() {
    sed 's/^error connecting to \(.*\) (No such file or directory)$/no server running on \1/; s/^server exited.*/no server running on SOCKET/; s/on .*socket/on SOCKET/'
}
# server_ends: waits until there is none. Between its last session and its end, tmux answers this or that.
server_ends() {
    until_true has_no_server
}
has_no_server() {
    $T list-sessions 2>&1 | no_server | grep -x 'no server running on SOCKET'
}
# control_start ARGUMENTS…: a client in control mode. control LINE: sends it a line, waits for the answer and for what follows from it.
# control_has TEXT: waits until it was told so. control_end [LINE]: the last line, or the end of its input. transcript: all that it was
# told, without times and numbers, what is printed by one pane joined.
control_start() {
    control_marks=0
    mkfifo "$WORK/control.in"
    $T -C "$@" <"$WORK/control.in" >"$WORK/control.out" 2>&1 8>&- &
    control_client=$!
    exec 9>"$WORK/control.in"
    control_mark
}
control_mark() {
    control_marks=$((control_marks + 1))
    echo "display-message -p control-mark-$control_marks" >&9
    control_has "control-mark-$control_marks"
}
control_has() {
    until_true grep -F -e "$1" "$WORK/control.out"
}
control_answers() {
    grep -c '^%end \|^%error ' "$WORK/control.out"
}
control_answered() {
    test "$(control_answers)" -gt "$1"
}
control() {
    control_before=$(control_answers)
    printf "%s\\n" "$1" >&9
    until_true control_answered "$control_before"
    control_mark
}
control_end() {
    test $# = 0 || printf "%s\\n" "$1" >&9
    exec 9>&-
    wait "$control_client"
    echo "control client exit $?"
}
transcript() {
    sed -E 's/client-[0-9]+/client-PID/g; s/^%(begin|end|error) [0-9]+ [0-9]+ /%\1 T N /' "$WORK/control.out" | awk '
        function flush() { if (pane != "") print "%output " pane " " said; pane = "" }
        /^%output / { if (pane != $2) { flush(); pane = $2; said = "" }
            line = $0; sub(/^%output [^ ]+ /, "", line); said = said line; next }
        { flush() }
        /^%begin / { block = $0; inside = 1; mark = 0; next }
        inside && /^control-mark-/ { mark = 1; next }
        inside && /^%(end|error) / { if (!mark) print block "\n" $0; inside = 0; next }
        inside { block = block "\n" $0; next }
        { print }
        END { flush() }'
}
# A second client in control mode, of whose words nothing is told: other_start ARGUMENTS…, other LINE, other_end.
other_start() {
    other_marks=0
    mkfifo "$WORK/other.in"
    $T -C "$@" <"$WORK/other.in" >"$WORK/other.out" 2>&1 9>&- &
    other_client=$!
    exec 8>"$WORK/other.in"
    other ''
}
other() {
    other_marks=$((other_marks + 1))
    test -z "$1" || printf "%s\\n" "$1" >&8
    echo "display-message -p other-mark-$other_marks" >&8
    until_true grep -x "other-mark-$other_marks" "$WORK/other.out"
}
other_end() {
    exec 8>&-
    wait "$other_client" || :
    rm "$WORK/other.in"
}
# outer COLUMNS ROWS [COMMAND…]: a terminal of that size (a tmux of the test's own) with a client of the session s, whose status line always says
# the same. press, seen, unseen, screen and line_of are about that terminal.
outer() {
    OUTER="tmux -S $WORK/outer -f/dev/null"
    columns=$1 rows=$2
    shift 2
    $T start-server \; set-option -g automatic-rename off \; new-session -d -s s -x "$columns" -y "$rows" "${@:-exec cat}" \; set-option -g status on \; set-option -g status-format[0] 'status of s' \; \
        set-option -g escape-time 5 \; set-option -g display-time 60000 \; set-option -g mouse on
    env -u TMUX $OUTER new-session -d -s o -x "$columns" -y "$rows" "env -u TMUX $T attach-session -t s" \; set-option -g status off
    trap '$OUTER kill-server 2>/dev/null' EXIT
    seen 'status of s'
}
press() {
    for key in "$@"; do $OUTER send-keys -t o "$key"; done
}
screen() {
    $OUTER capture-pane -p -t o
}
screen_has() {
    screen | grep -F -e "$1"
}
seen() {
    until_true screen_has "$1"
}
unseen() {
    until_false screen_has "$1"
}
until_false() {
    while "$@" >"$WORK/until" 2>&1; do sleep 0.05; done
}
# watched COMMAND…: such a terminal, 80 by 24, with whatever is to be seen on it; unwatched ends it.
watched() {
    OUTER="tmux -S $WORK/outer -f/dev/null"
    env -u TMUX -u BERTH $OUTER new-session -d -s o -x 80 -y 24 "env -u TMUX -u BERTH $*" \; set-option -g status off
}
unwatched() {
    $OUTER kill-server
}
