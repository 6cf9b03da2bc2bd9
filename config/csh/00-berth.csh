# berth: an interactive ssh login goes on in a session that outlives the connection; see /etc/profile.d/00-berth.sh.
if ($?BERTH_LOGIN && $?prompt && $?SSH_TTY) then
    if (! -x /usr/lib/berth/berth-login) then
        echo "berth: /usr/lib/berth/berth-login is missing; this is the plain login shell"
    else
        /usr/lib/berth/berth-login --check
        set berth_status = $status
        if ($berth_status == 0) then
            exec /usr/lib/berth/berth-login --exec
        else if ($berth_status != 75) then
            echo "berth: /usr/lib/berth/berth-login does not run; this is the plain login shell"
        endif
        unset berth_status
    endif
endif
unsetenv BERTH_LOGIN
