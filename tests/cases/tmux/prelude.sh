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
