# berth: an interactive ssh login goes on in a session that outlives the connection.
# pam_berth sets BERTH_LOGIN. berth-login --check says whether this is a bare login shell that sshd has started (0; else 75)
# and proves that it runs at all; then it takes the shell's place, and becomes the plain shell again if there is no session
# to be had.
if [ -n "${BERTH_LOGIN-}" ]; then
    case $-${SSH_TTY:+tty} in
    *i*tty)
        if [ ! -x /usr/lib/berth/berth-login ]; then
            echo "berth: /usr/lib/berth/berth-login is missing; this is the plain login shell" >&2
        elif /usr/lib/berth/berth-login --check; then
            exec /usr/lib/berth/berth-login --exec
        elif [ $? != 75 ]; then
            echo "berth: /usr/lib/berth/berth-login does not run; this is the plain login shell" >&2
        fi
        ;;
    esac
    unset BERTH_LOGIN
fi
# In a pane of berth's own, scripts and plugins for tmux find berth by that name.
if [ -n "${BERTH-}" ] && [ "${BERTH-}" = "${TMUX-}" ] && [ -d /usr/lib/berth/tmux ]; then
    case :$PATH: in
    *:/usr/lib/berth/tmux:*) ;;
    *) PATH=/usr/lib/berth/tmux:$PATH ;;
    esac
fi
