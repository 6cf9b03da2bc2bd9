"""ssh host: a session, with each login shell and each kind of account name; motd and last login still show."""

import os

import accounts
import machine
from machine import Terminal, parent_of_shell, shell


CONTROL = f"/tmp/control-{os.getpid()}"


def in_a_session(user):
    terminal = Terminal(user)
    terminal.prompt()
    parent = parent_of_shell(terminal)
    assert parent == "berth-keeper", f"{user}: the shell's parent is {parent}; {terminal.seen[-500:]!r}"
    return terminal


def ends(terminal, status=3):
    terminal.command(f"exit {status}")
    assert terminal.status() == status


def each_shell():
    for user, path in accounts.SHELLS:
        terminal = in_a_session(user)
        word = terminal.ask("echo word $WORD")
        assert "mine" in word, f"{user}: the start files were not read: {word!r}"
        left = terminal.ask("env | grep -c -e BERTH_LOGIN -e ZDOTDIR")
        assert left == "0", f"{user}: {left}"
        name = terminal.ask("sh -c 'ps -o args= -p $PPID'").splitlines()[-1]
        assert name.startswith("-" + path.rsplit("/", 1)[1]), f"{user}: no login shell: {name}"
        ends(terminal)


def each_name():
    for user in accounts.ODD_NAMES:
        terminal = in_a_session(user)
        assert terminal.ask("id -un") == user
        unit = shell(f"systemd-escape '{user}'").strip()
        assert machine.succeeds(f"systemctl is-active 'berth@{unit}'"), unit
        ends(terminal)


def root_too():
    ends(in_a_session("root"), 0)


def motd_and_last_login():
    ends(in_a_session("alice"))
    terminal = in_a_session("alice")
    text = terminal.seen.decode(errors="replace")
    assert "Debian GNU/Linux comes with ABSOLUTELY NO WARRANTY" in text, text
    assert f"Last login: " in text and f"from {machine.CLIENT_ADDRESS}" in text, text
    ends(terminal)


def every_status_is_the_shells():
    for status in (0, 1, 75, 126, 127, 130, 139, 255):
        ends(in_a_session("alice"), status)


def a_second_channel_of_one_connection():
    """ControlMaster: each login over it is one of its own."""
    machine.on_client(*machine.ssh_words("alice", "-M", "-S", CONTROL, "-fN", machine.ADDRESS))
    first = Terminal("alice", machine.ADDRESS, options=("-S", CONTROL))
    second = Terminal("alice", machine.ADDRESS, options=("-S", CONTROL))
    for terminal in (first, second):
        terminal.prompt()
        assert parent_of_shell(terminal) == "berth-keeper"
    names = [terminal.ask("berth display-message -p '#S'") for terminal in (first, second)]
    assert names[0] != names[1], names
    for terminal in (first, second):
        ends(terminal)
    machine.on_client(*machine.ssh_words("alice", "-S", CONTROL, "-O", "exit", machine.ADDRESS))


def detach_ends_the_connection_with_0():
    terminal = in_a_session("alice")
    terminal.type("\x02d")
    terminal.expect(r"\[detached \(from session [^)]*\)\]")
    assert terminal.status() == 0
    shell("berth kill-server || true", user="alice")


def a_command_typed_in_advance_is_not_lost():
    terminal = Terminal("alice")
    terminal.command("echo typed''-early; exit 4")
    terminal.expect("typed-early")
    assert terminal.status() == 4


if __name__ == "__main__":
    raise SystemExit(machine.main(
        each_shell, each_name, root_too, motd_and_last_login, every_status_is_the_shells, a_second_channel_of_one_connection,
        detach_ends_the_connection_with_0, a_command_typed_in_advance_is_not_lost))
