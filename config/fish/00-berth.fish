# berth: an interactive ssh login goes on in a session that outlives the connection; see /etc/profile.d/00-berth.sh.
# fish ignores `exit` in its startup files, so berth-login is asked first whether it will take the login, and then
# replaces the shell.
if set -q BERTH_LOGIN
    if status is-login; and status is-interactive; and set -q SSH_TTY
        if not test -x /usr/lib/berth/berth-login
            echo "berth: /usr/lib/berth/berth-login is missing; this is the plain login shell" >&2
        else if /usr/lib/berth/berth-login --check
            exec /usr/lib/berth/berth-login
        end
    end
    set -e BERTH_LOGIN
end
