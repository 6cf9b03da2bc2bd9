# berth: an interactive ssh login goes on in a session that outlives the connection; see /etc/profile.d/00-berth.sh.
if set -q BERTH_LOGIN
    if status is-login; and status is-interactive; and set -q SSH_TTY
        if not test -x /usr/lib/berth/berth-login
            echo "berth: /usr/lib/berth/berth-login is missing; this is the plain login shell" >&2
        else if /usr/lib/berth/berth-login --check
            exec /usr/lib/berth/berth-login --exec
        else if test $status != 75
            echo "berth: /usr/lib/berth/berth-login does not run; this is the plain login shell" >&2
        end
    end
    set -e BERTH_LOGIN
end
