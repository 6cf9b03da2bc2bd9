"""If anything of berth is missing, hung or broken: the plain shell within 2 s, and one line that says why."""

import re
import time

import accounts
import machine
from machine import Terminal, parent_of_shell, shell

WITHIN = 2.0
# How much longer than a stock login the shell may take on a machine that does other things as well.
LEEWAY = 3.0
LINE = r"berth: [^\r\n]*this is the plain login shell"


def stock_seconds():
    begin = time.monotonic()
    terminal = Terminal("alice", environment=("LC_BERTH=off",), options=("-o", "SendEnv=LC_BERTH"))
    terminal.prompt()
    seconds = time.monotonic() - begin
    terminal.command("exit")
    terminal.status()
    return seconds


def plain_shell(user, line=LINE):
    """The login ends in the plain shell, in time, with the line."""
    limit = stock_seconds() + WITHIN + LEEWAY
    begin = time.monotonic()
    terminal = Terminal(user)
    if line:
        terminal.expect(line, limit)
    terminal.prompt(limit)
    took = time.monotonic() - begin
    parent = parent_of_shell(terminal)
    assert parent.startswith("sshd"), f"{user}: the shell's parent is {parent}"
    word = terminal.ask("echo word $WORD")
    assert "mine" in word, f"{user}: the start files were not read: {word!r}"
    cookie = terminal.ask("env | grep -c BERTH_LOGIN")
    assert cookie == "0", f"{user}: BERTH_LOGIN is left: {cookie!r}"
    terminal.command("exit 3")
    assert terminal.status() == 3
    assert took < limit, f"{user}: {took:.1f} s, a stock login and 2 s are {limit:.1f} s"


def every_shell(line=LINE):
    for user, _ in accounts.SHELLS:
        plain_shell(user, line)


class Moved:
    """A file of berth is away, or something else in its place, for a while."""

    def __init__(self, path, instead=None, mode=0o755):
        self.path, self.instead, self.mode = path, instead, mode

    def __enter__(self):
        shell(f"mv {self.path} {self.path}.away")
        if self.instead is not None:
            machine.write(self.path, self.instead, self.mode)

    def __exit__(self, *_):
        shell(f"mv -f {self.path}.away {self.path}")


class Stopped:
    def __enter__(self):
        shell("systemctl stop berthd")

    def __exit__(self, *_):
        shell("systemctl start berthd")


LOGIN = "/usr/lib/berth/berth-login"


def no_daemon():
    with Stopped():
        every_shell()


def no_login_program():
    with Moved(LOGIN):
        every_shell("berth-login is missing; this is the plain login shell")


def a_login_program_that_does_not_run():
    with Moved(LOGIN, "#!/no/such/interpreter\n"):
        every_shell("berth-login does not run; this is the plain login shell")


def a_login_program_that_crashes():
    with Moved(LOGIN, "#!/bin/sh\nkill -SEGV $$\n"):
        every_shell("berth-login does not run; this is the plain login shell")


def a_login_program_that_crashes_after_the_check():
    """The real program, sent a crash's signal while it waits for a daemon that does not answer."""
    shell("systemctl kill --signal=SIGSTOP berthd")
    try:
        terminal = Terminal("alice")
        machine.wait_for("berth-login", lambda: machine.succeeds("pgrep -x berth-login"))
        shell("pkill -SEGV -x berth-login")
        terminal.expect("berth-login crashed; this is the plain login shell")
        terminal.prompt()
        assert parent_of_shell(terminal).startswith("sshd")
        terminal.command("exit 3")
        assert terminal.status() == 3
    finally:
        shell("systemctl kill --signal=SIGCONT berthd")


def a_daemon_that_hangs():
    shell("systemctl kill --signal=SIGSTOP berthd")
    try:
        every_shell()
    finally:
        shell("systemctl kill --signal=SIGCONT berthd")


def no_keeper():
    with Moved("/usr/lib/berth/berth-keeper"):
        plain_shell("bob")


def a_keeper_that_hangs():
    with Moved("/usr/lib/berth/berth-keeper", "#!/bin/sh\nexec sleep 1000\n"):
        plain_shell("bob")
    shell("systemctl stop 'berth@bob' || true")


def no_mux():
    with Moved("/usr/lib/berth/berth-mux"):
        plain_shell("bob")


def a_mux_that_hangs():
    with Moved("/usr/lib/berth/berth-mux", "#!/bin/sh\nexec sleep 1000\n"):
        plain_shell("bob")
    shell("systemctl stop 'berth-mux@*' 'berth@bob' || true")


def a_pam_module_that_is_rubbish():
    with Moved("/lib/x86_64-linux-gnu/security/pam_berth.so", "rubbish", 0o644):
        every_shell(None)


def no_pam_module():
    with Moved("/lib/x86_64-linux-gnu/security/pam_berth.so"):
        every_shell(None)


def an_nss_module_that_is_rubbish():
    with Moved("/usr/lib/x86_64-linux-gnu/libnss_berth.so.2", "rubbish", 0o644):
        for user in ("alice", "zoe"):
            assert machine.ssh(user, machine.ADDRESS, "exit 7")[0] == 7


def usable(user):
    """A prompt in time, in a session or in the plain shell with its line; the shell's own status comes back."""
    limit = stock_seconds() + WITHIN + LEEWAY
    begin = time.monotonic()
    terminal = Terminal(user)
    terminal.prompt(limit)
    took = time.monotonic() - begin
    if parent_of_shell(terminal).startswith("sshd"):
        assert re.search(LINE.encode(), terminal.seen), f"{user}: a plain shell without a word: {terminal.seen!r}"
    assert "mine" in terminal.ask("echo word $WORD")
    terminal.command("exit 3")
    assert terminal.status() == 3
    assert took < limit, f"{user}: {took:.1f} s, a stock login and 2 s are {limit:.1f} s"


def no_dbus():
    """A session that runs stays, and a login works, without the bus that logind and PAM speak on."""
    inside = Terminal("alice")
    inside.prompt()
    pid = inside.ask("echo $$")
    shell("systemctl stop dbus.socket dbus.service")
    try:
        usable("bob")
        assert inside.ask("echo $$") == pid
    finally:
        shell("systemctl start dbus.socket dbus.service; systemctl restart systemd-logind")
    inside.command("exit 4")
    assert inside.status() == 4


def a_dbus_that_hangs():
    """Stock logins hang then, in pam_systemd; sessions that run and the command line do not."""
    inside = Terminal("alice")
    inside.prompt()
    pid = inside.ask("echo $$")
    shell("kill -STOP $(systemctl show -P MainPID dbus)")
    try:
        assert inside.ask("berth has && echo $$") == pid
        inside.kill()
        assert "main" in machine.shell("berth ls", user="alice")
    finally:
        shell("kill -CONT $(systemctl show -P MainPID dbus)")
    again = Terminal("alice")
    again.prompt()
    assert again.ask("echo $$") == pid
    again.command("exit 3")
    assert again.status() == 3


def asked_for_a_plain_shell():
    for environment, options in ((("LC_BERTH=off",), ("-o", "SendEnv=LC_BERTH")), (("TERM=dumb",), ())):
        for user, _ in accounts.SHELLS:
            terminal = Terminal(user, environment=environment, options=options)
            terminal.prompt()
            parent = parent_of_shell(terminal)
            assert parent.startswith("sshd"), f"{user}, {environment}: {parent}"
            assert b"berth" not in terminal.seen.replace(b"LC_BERTH", b""), terminal.seen
            terminal.command("exit 3")
            assert terminal.status() == 3


if __name__ == "__main__":
    raise SystemExit(machine.main(
        asked_for_a_plain_shell, no_pam_module, a_pam_module_that_is_rubbish, an_nss_module_that_is_rubbish, no_daemon,
        no_login_program, a_login_program_that_does_not_run, a_login_program_that_crashes, a_daemon_that_hangs,
        a_login_program_that_crashes_after_the_check, no_keeper, a_keeper_that_hangs, no_mux, a_mux_that_hangs,
        no_dbus, a_dbus_that_hangs))
