# berth: an interactive ssh login goes on in a session that outlives the connection.
# pam_berth sets BERTH_LOGIN; berth-login makes sure that this is a bare login shell started by sshd, and answers 75 if it
# is not, or if there is no session to be had: then, and when it crashes, this shell goes on. Otherwise the session has
# ended, or was left, and so does the login, with the same status.
if [ -n "${BERTH_LOGIN-}" ]; then
    case $- in
    *i*)
        if [ -n "${SSH_TTY-}" ]; then
            if [ -x /usr/lib/berth/berth-login ]; then
                /usr/lib/berth/berth-login
                berth_status=$?
                case $berth_status in
                75) ;;
                # killed by SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS; or could not be run
                126 | 127 | 132 | 133 | 134 | 135 | 136 | 139 | 159)
                    echo "berth: berth-login failed (status $berth_status); this is the plain login shell" >&2
                    ;;
                *)
                    exit "$berth_status"
                    ;;
                esac
                unset berth_status
            else
                echo "berth: /usr/lib/berth/berth-login is missing; this is the plain login shell" >&2
            fi
        fi
        ;;
    esac
    unset BERTH_LOGIN
fi
