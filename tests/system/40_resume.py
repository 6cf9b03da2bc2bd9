"""The connection dies and ssh host comes back to the same session; a living one is never robbed."""

import machine
from machine import Terminal, shell


def login(user="carol", **more):
    terminal = Terminal(user, **more)
    terminal.prompt()
    return terminal


def name_of(terminal):
    return terminal.ask("berth display-message -p '#S'")


def clean():
    shell("systemctl stop berth@carol; rm -f /home/*/count; rm -rf /home/*/.local/state/berth")  # or they come back


def count(terminal):
    """A counter that prints on until ^C, started in the session: a program of its own, for the interactive shell misses a ^C that comes
    just when it starts another one."""
    terminal.command("sh -c 'i=0; while :; do i=$((i+1)); echo tick-$i; sleep 0.2; done'")
    terminal.expect(r"tick-3\r")


def last_tick(terminal):
    return int(terminal.expect(r"tick-(\d+)\r").group(1))


def the_client_is_killed():
    clean()
    terminal = login()
    pid = terminal.ask("echo pid $$")
    count(terminal)
    before = last_tick(terminal)
    terminal.kill()
    again = Terminal("carol")
    after = last_tick(again)
    while after <= before:
        after = last_tick(again)
    again.type("\x03")
    again.prompt()
    assert again.ask("echo pid $$") == pid
    again.command("exit 3")
    assert again.status() == 3


def the_network_goes_without_a_word():
    clean()
    terminal = login()
    pid = terminal.ask("echo pid $$")
    count(terminal)
    machine.link("down")
    terminal.freeze()
    machine.link("up")
    again = Terminal("carol")
    again.expect(r"tick-\d+\r")
    again.type("\x03")
    again.prompt()
    assert again.ask("echo pid $$") == pid, "another session: the dead connection kept the old one"
    terminal.kill()
    again.command("exit")
    again.status()


def a_living_client_is_not_robbed():
    clean()
    first = login()
    name = name_of(first)
    second = login()
    assert name_of(second) != name
    assert name_of(first) == name
    for terminal in (first, second):
        terminal.command("exit")
        terminal.status()


def a_session_by_name():
    clean()
    terminal = login(environment=("LC_BERTH=work",), options=("-o", "SendEnv=LC_BERTH"))
    assert name_of(terminal) == "work"
    terminal.command("exit")
    terminal.status()


def the_daemon_restarts_and_is_killed():
    """Nothing at all for attached clients."""
    clean()
    terminal = login()
    pid = terminal.ask("echo pid $$")
    for how in ("systemctl restart berthd", "systemctl kill --signal=SIGKILL berthd"):
        shell(how)
        machine.wait_for("berthd", lambda: machine.succeeds("systemctl is-active berthd && berth admin status"))
        assert terminal.ask("echo pid $$") == pid
    name = name_of(terminal)
    terminal.kill()
    again = login()
    assert again.ask("echo pid $$") == pid
    assert name_of(again) == name, (name_of(again), name)
    again.command("exit 3")
    assert again.status() == 3


def the_mux_is_killed():
    clean()
    terminal = login()
    pid = terminal.ask("echo pid $$")
    shell("systemctl kill --signal=SIGKILL berth-mux@$(id -u carol)")
    assert terminal.ask("echo pid $$") == pid
    terminal.command("exit 3")
    assert terminal.status() == 3


if __name__ == "__main__":
    raise SystemExit(machine.main(
        the_client_is_killed, the_network_goes_without_a_word, a_living_client_is_not_robbed, a_session_by_name,
        the_daemon_restarts_and_is_killed, the_mux_is_killed))
