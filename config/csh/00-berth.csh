# berth: an interactive ssh login goes on in a session that outlives the connection; see /etc/profile.d/00-berth.sh.
# csh ignores `exit` in its startup files, so berth-login is asked first whether it will take the login, and then
# replaces the shell.
if ($?BERTH_LOGIN && $?prompt && $?SSH_TTY) then
    if (-x /usr/lib/berth/berth-login) then
        /usr/lib/berth/berth-login --check
        if ($status == 0) exec /usr/lib/berth/berth-login
    else
        echo "berth: /usr/lib/berth/berth-login is missing; this is the plain login shell"
    endif
endif
unsetenv BERTH_LOGIN
