"""Everything that sshd does besides bare interactive logins, as numbers and texts: collected before berth is installed and
after, and after it is removed; the three must be the same."""

import concurrent.futures
import re

import machine
from machine import ADDRESS, ssh

def forced_ssh(user, *arguments, key="/root/forced", text=""):
    """With that key and no other."""
    words = ["ssh", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
             "-o", "IdentitiesOnly=yes", "-i", key, "-l", user, *arguments]
    return machine.on_client(*words, text=text)


def script(text):
    """A shell script on the client; $SSH is ssh with its options, $HOST the machine."""
    options = " ".join(machine.ssh_words("alice")[1:-2])
    return machine.on_client("sh", "-c", f"SSH='ssh {options}'; OPTIONS='{options}'; HOST={ADDRESS}\ncd $(mktemp -d)\n{text}")


PROBES = {
    "exec": lambda: ssh("alice", ADDRESS, "echo out; echo err >&2; exit 7"),
    "exec reads standard input": lambda: ssh("alice", ADDRESS, "tr a-z A-Z", text="abc\n"),
    "exec's environment": lambda: ssh("alice", ADDRESS, "env | cut -d= -f1 | grep -v -e ^_ -e ^BERTH_LOGIN | sort"),
    "exec with a terminal": lambda: ssh("alice", "-tt", ADDRESS, "tty >/dev/null && echo terminal; exit 3"),
    "exec of a login shell": lambda: ssh("alice", ADDRESS, "bash -lc 'echo $WORD'"),
    "exec of an interactive login shell": lambda: ssh("alice", "-tt", ADDRESS, "bash -lic 'echo $WORD; exit 2'"),
    "exec by zsh": lambda: ssh("zoe", ADDRESS, "echo $WORD $ZDOTDIR $BERTH_ZDOTDIR; env | cut -d= -f1 | grep ZDOTDIR"),
    "exec by fish": lambda: ssh("fay", ADDRESS, "echo $WORD; exit 4"),
    "exec by tcsh": lambda: ssh("tess", ADDRESS, "echo word; exit 4"),
    "exec by dash": lambda: ssh("dan", ADDRESS, "echo word; exit 4"),
    "shell without a terminal": lambda: ssh("alice", "-T", ADDRESS, text="echo $WORD\nexit 4\n"),
    "zsh without a terminal": lambda: ssh("zoe", "-T", ADDRESS, text="echo $WORD\nexit 4\n"),
    "no command, forward": lambda: script(
        "$SSH -N -L 2299:127.0.0.1:22 alice@$HOST & p=$!; i=0; "
        "until ssh-keyscan -t ed25519 -p 2299 127.0.0.1 2>/dev/null | grep -q ssh-ed25519 || [ $i -gt 200 ]; "
        "do i=$((i+1)); sleep 0.1; done; [ $i -le 200 ] && echo forwarded; kill $p; wait $p; echo $?"),
    "remote forward": lambda: script("$SSH -o ExitOnForwardFailure=yes -R 2298:127.0.0.1:9 alice@$HOST "
                                     "'ss -Hltn sport = 2298 | wc -l'"),
    "agent": lambda: script("eval $(ssh-agent -s) >/dev/null; ssh-add -q /root/key; "
                            "$SSH -A alice@$HOST 'ssh-add -l | wc -l'; kill $SSH_AGENT_PID"),
    "X11": lambda: script("touch ~/.Xauthority; export DISPLAY=:0; $SSH -Y alice@$HOST 'echo ${DISPLAY%:*}' 2>/dev/null"),
    "scp": lambda: script("echo data >up; scp -q $OPTIONS up alice@$HOST:scp-new && scp -q $OPTIONS alice@$HOST:scp-new back; cat back"),
    "scp's old protocol": lambda: script("echo data2 >up; scp -O -q $OPTIONS up alice@$HOST:scp-old && "
                                         "scp -O -q $OPTIONS alice@$HOST:scp-old back; cat back"),
    "sftp": lambda: script("echo data >up; echo 'put up sftp-up\nls sftp-up' | sftp -q -b - $OPTIONS alice@$HOST"),
    "sftp for an account of files": lambda: script("echo data >up; echo 'cd in\nput up sftp-up\nls' | sftp -q -b - $OPTIONS files@$HOST"),
    "sftp as zsh's": lambda: script("echo data >up; echo 'put up sftp-up\nls sftp-up' | sftp -q -b - $OPTIONS zoe@$HOST"),
    "rsync": lambda: script("rsync -e \"$SSH\" /etc/debian_version alice@$HOST:rs && $SSH alice@$HOST cat rs"),
    "git": lambda: script(
        "$SSH alice@$HOST 'rm -rf r; git init -q --bare r'; rm -rf w; git init -q w; cd w; git config user.email a@b; "
        "git config user.name a; git commit -q --allow-empty -m one; export GIT_SSH_COMMAND=\"$SSH\"; "
        "git push -q alice@$HOST:r HEAD:main 2>&1; $SSH alice@$HOST 'git -C r log --format=%s main'"),
    "git-shell": lambda: script("$SSH gitty@$HOST; echo $?; $SSH gitty@$HOST ls; echo $?; "
                                "$SSH gitty@$HOST \"git-upload-pack 'none'\"; echo $?"),
    "git-shell with a terminal": lambda: ssh("gitty", "-tt", ADDRESS),
    "nologin": lambda: ssh("nol", ADDRESS),
    "nologin with a terminal": lambda: ssh("nol", "-tt", ADDRESS),
    "chroot": lambda: ssh("cage", ADDRESS, "echo /*"),
    "chroot's shell": lambda: ssh("cage", "-T", ADDRESS, text="echo /*\nexit 4\n"),
    "chroot with a terminal": lambda: ssh("cage", "-tt", ADDRESS, text="echo /*; exit 4\n"),
    "forced key": lambda: forced_ssh("alice", ADDRESS),
    "forced key with a terminal": lambda: forced_ssh("alice", "-tt", ADDRESS),
    "forced key with a command": lambda: forced_ssh("alice", ADDRESS, "ls"),
    "forced key of zsh with a terminal": lambda: forced_ssh("zoe", "-tt", ADDRESS),
    "certificate with a command": lambda: forced_ssh("alice", ADDRESS, key="/root/certified"),
    "certificate with a command and a terminal": lambda: forced_ssh("alice", "-tt", ADDRESS, key="/root/certified"),
    "several channels": lambda: script(
        "$SSH -M -S ctl -fN alice@$HOST; $SSH -S ctl alice@$HOST 'echo one'; $SSH -S ctl -tt alice@$HOST 'echo two; exit 9'; "
        "echo $?; $SSH -S ctl -O exit alice@$HOST"),
    "root": lambda: ssh("root", ADDRESS, "id -un"),
    "an unknown user": lambda: ssh("nobody-there", "-o", "BatchMode=yes", ADDRESS),
    "a name like a token": lambda: ssh("ro-abcdefghijklmnopqrstuvwx", "-o", "BatchMode=yes", ADDRESS),
}


def normal(text):
    """Without what differs from one login to the next: when the last one was, where the echo of typed text fell, and uname's line
    of the motd (two logins at once make /run/motd.dynamic anew, and one of them may read it before it is whole)."""
    return re.sub(r"Last login: [^\n]*\n\n?|^Linux \S+ \d[^\n]* x86_64\r?\n|echo /\*; exit 4\n|\r", "", text, flags=re.MULTILINE)


def collect():
    def ask(name):
        status, output, errors = PROBES[name]()
        return name, [status, normal(output), normal(errors)]

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        return dict(pool.map(ask, PROBES))
