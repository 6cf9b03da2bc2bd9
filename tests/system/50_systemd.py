"""Sessions as systemd and logind see them: visible, ended in time, and apart from any ssh connection."""

import json
import time

import machine
from machine import Terminal, parent_of_shell, shell


def login(user="alice"):
    terminal = Terminal(user)
    terminal.prompt()
    assert parent_of_shell(terminal) == "berth-keeper"
    return terminal


def visible():
    terminal = login()
    sessions = json.loads(shell("loginctl list-sessions --output=json"))
    scopes = {entry["session"]: shell(f"loginctl show-session {entry['session']} -p Service --value").strip()
              for entry in sessions if entry["user"] == "alice"}
    assert "berth" in scopes.values(), scopes
    assert "berth-keeper" in shell("loginctl session-status $(loginctl list-sessions --no-legend | awk '$3 == \"alice\" {print $1}')"
                                   " | cat"), "loginctl does not show the keeper"
    status = shell("systemctl status berth@alice | cat")
    assert "active (running)" in status and "berth sessions of alice" in status, status
    everyone = shell("berth ls --all")
    assert "alice" in everyone, everyone
    terminal.command("exit")
    terminal.status()


def mux_unit(user):
    return f"berth-mux@{shell(f'id -u {user}').strip()}"


def the_mux_is_nobody():
    """A uid that is neither the user's nor another mux's."""
    terminals, uids = [login(user) for user in ("alice", "bob")], set()
    for user in ("alice", "bob"):
        pid = shell(f"systemctl show -p MainPID --value {mux_unit(user)}").strip()
        uid = int(shell(f"awk '/^Uid/ {{print $2}}' /proc/{pid}/status"))
        assert 61184 <= uid <= 65519, f"not a dynamic uid: {uid}"
        uids.add(uid)
        assert shell(f"awk '/^(CapEff|CapBnd)/ {{print $2}}' /proc/{pid}/status").split() == ["0" * 16] * 2
        assert shell(f"awk '/^Seccomp:/ {{print $2}}' /proc/{pid}/status").strip() == "2"
    assert len(uids) == 2, f"two muxes have one uid: {uids}"
    for terminal in terminals:
        terminal.command("exit")
        terminal.status()


def the_keeper_is_the_user():
    terminal = login()
    assert terminal.ask("cat /proc/self/loginuid") == shell("id -u alice").strip() or \
        terminal.ask("cat /proc/self/loginuid") == "4294967295"  # a kernel without audit
    cgroup = terminal.ask("cat /proc/self/cgroup")
    assert "/session-" in cgroup and "ssh" not in cgroup, cgroup
    for line, wanted in (("echo $XDG_RUNTIME_DIR", f"/run/user/{shell('id -u alice').strip()}"), ("echo $USER $LOGNAME", "alice alice"),
                         ("echo $SHELL", "/bin/bash"), ("pwd", shell("getent passwd alice | cut -d: -f6").strip())):
        assert terminal.ask(line) == wanted, f"{line}: {terminal.ask(line)}, not {wanted}"
    terminal.command("exit")
    terminal.status()


def ended_within_5_s():
    terminal = login()
    terminal.command("trap '' TERM HUP; echo st''ubborn; while :; do sleep 1; done")
    terminal.expect("stubborn")
    machine.wait_for("what shall come back", lambda: machine.succeeds("ls ~alice/.local/state/berth/sessions-*"))
    begin = time.monotonic()
    shell("systemctl stop berth@alice")
    took = time.monotonic() - begin
    terminal.status()
    assert took < 7, f"{took:.1f} s"  # 5 s, and what systemctl takes on a loaded machine
    assert not machine.succeeds("systemctl is-active berth@alice")
    machine.wait_for("the keeper's end", lambda: not machine.succeeds("pgrep -u alice -x berth-keeper"))
    machine.wait_for("the programs' end", lambda: not machine.succeeds("pgrep -u alice -x sleep"))
    again = Terminal("alice")  # what the machine has ended comes back, without the program
    again.expect(r"before the restart\]")
    again.prompt()
    again.command("exit")
    again.status()


def survives_logout(kill):
    machine.write("/etc/systemd/logind.conf.d/test.conf", f"[Login]\nKillUserProcesses={kill}\n")
    shell("systemctl restart systemd-logind")
    terminal = login()
    pid = terminal.ask("echo $$")
    terminal.type("\x02d")
    terminal.expect("detached")
    assert terminal.status() == 0
    uid = shell("id -u alice").strip()
    machine.wait_for("the end of alice's ssh sessions",
                     lambda: "sshd" not in shell("for s in $(loginctl list-sessions --no-legend | awk '$3 == \"alice\" {print $1}'); do "
                                                 "loginctl show-session $s -p Service --value; done"))
    time.sleep(12)  # logind takes the runtime folder away 10 s after a user's last session (UserStopDelaySec)
    assert machine.succeeds(f"kill -0 {pid}"), "the shell was killed by the logout"
    assert machine.succeeds(f"test -d /run/user/{uid}"), "XDG_RUNTIME_DIR is gone"
    again = login()
    assert again.ask("echo $$") == pid
    again.command("exit 3")
    assert again.status() == 3


def logout_with_kill_user_processes():
    shell("mkdir -p /etc/systemd/logind.conf.d")
    survives_logout("yes")
    shell("rm /etc/systemd/logind.conf.d/test.conf; systemctl restart systemd-logind")


def restarts_of_everything_around_it():
    terminal = login()
    pid = terminal.ask("echo $$")
    for what in ("restart ssh", "restart systemd-logind", "daemon-reload", "daemon-reexec", "restart dbus"):
        shell(f"systemctl {what}")
        assert terminal.ask("echo $$") == pid, what
    terminal.command("exit 3")
    assert terminal.status() == 3


def units_end_with_the_last_session():
    terminal = login("dan")
    terminal.command("exit")
    terminal.status()
    machine.wait_for("the end of dan's units",
                     lambda: not machine.succeeds(f"systemctl is-active berth@dan || systemctl is-active {mux_unit('dan')}"))
    assert "berth" not in shell("systemctl list-units --failed --plain --no-legend"), shell("systemctl --failed | cat")


if __name__ == "__main__":
    raise SystemExit(machine.main(
        visible, the_mux_is_nobody, the_keeper_is_the_user, ended_within_5_s, logout_with_kill_user_processes,
        restarts_of_everything_around_it, units_end_with_the_last_session))
