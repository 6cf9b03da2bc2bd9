"""The menu of a login: on_login = menu, over real ssh."""

from machine import Screen, main, wait_for


def login(machine, user="alice", **options):
    return Screen(machine.ssh(user, **options))


def with_two_sessions(machine):
    for name in ("first", "second"):
        machine.berth("alice", "new-session", "-d", "-s", name)
    machine.berth("alice", "send-keys", "-t", "first:", "echo in-the-first-$((40+2))", "Enter")
    machine.berth("alice", "send-keys", "-t", "second:", "echo in-the-second-$((50+2))", "Enter")


def end_all(machine):
    machine.berth("alice", "kill-server", check=False)
    wait_for(lambda: not machine.pids("berth-keeper", "alice"), "the keeper ends with the last session")


def test_menu_shows_sessions_with_a_preview_and_attaches(machine):
    with_two_sessions(machine)
    screen = login(machine)
    screen.wait("Sessions of this account")
    screen.wait("in-the-")
    for name in ("first", "second"):
        screen.wait(f" {name}: 1 windows")
    screen.type("/")
    screen.wait("Search:")
    screen.line("first")
    screen.wait("in-the-first-42")
    screen.press("Enter")
    wait_for(lambda: "Sessions of this account" not in screen.text() and "in-the-first-42" in screen.text(), lambda: screen.text())
    screen.line("echo typed-$((1+2))")
    screen.wait("typed-3")
    screen.close()
    end_all(machine)


def test_menu_makes_renames_and_kills(machine):
    with_two_sessions(machine)
    screen = login(machine)
    screen.wait("Sessions of this account")
    screen.type("/")
    screen.wait("Search:")
    screen.line("second")
    screen.wait("in-the-second-52")
    screen.type("r")
    screen.wait("New name: second")
    screen.press("C-u")
    screen.line("renamed")
    wait_for(lambda: sorted(machine.sessions("alice")) == ["first", "renamed"], "it is renamed")
    screen.wait(" renamed: ")
    screen.type("x")
    screen.wait("Kill session renamed?")
    screen.type("y")
    wait_for(lambda: machine.sessions("alice") == ["first"], "it is killed")
    screen.type("n")
    screen.wait("Name of the new session")
    screen.line("fresh")
    wait_for(lambda: sorted(machine.sessions("alice")) == ["first", "fresh"], lambda: f"it is made: {machine.sessions('alice')}")
    wait_for(lambda: "Sessions of this account" not in screen.text(), lambda: f"the menu has gone:\n{screen.text()}")  # its preview has a prompt, too
    screen.wait_prompt()
    screen.line("exit 3")
    assert screen.wait_end() == 3
    screen.close()
    end_all(machine)


def test_one_session_needs_no_menu(machine):
    machine.berth("alice", "new-session", "-d", "-s", "only")
    screen = login(machine)
    screen.wait_prompt()
    assert "Sessions of this account" not in screen.text()
    assert machine.sessions("alice") == ["only"]
    screen.close()
    end_all(machine)


def test_leaving_the_menu_ends_the_connection(machine):
    with_two_sessions(machine)
    # tmux may drop the first line of a pane that is dead.
    screen = Screen(["sh", "-c", 'echo above; exec "$@"', "sh", *machine.ssh("alice")])
    screen.wait("Sessions of this account")
    screen.type("q")
    assert screen.wait_end() == 0
    assert "[no session was chosen]" in screen.text(), screen.text()
    assert sorted(machine.sessions("alice")) == ["first", "second"]
    screen.close()
    end_all(machine)


def test_scrollback_is_whole_after_a_prompt(machine):
    """What a program prints while something lies above its window is in the terminal's own scrollback afterwards."""
    screen = login(machine)
    screen.wait_prompt()
    screen.line("for i in $(seq 1 60); do echo line-$i; done; read wait; for i in $(seq 61 120); do echo line-$i; done; read wait; echo all-$((5+5))")
    screen.wait("line-60")
    screen.press("Enter")
    screen.press("C-b", ":")
    screen.press("C-c")
    screen.wait("line-120")
    screen.press("C-b", ":")
    wait_for(lambda: "\n:" in screen.text(), lambda: screen.text())
    screen.press("C-c")
    wait_for(lambda: "\n:" not in screen.text(), lambda: screen.text())
    screen.press("Enter")
    screen.wait("all-10")
    lines = [line for line in screen.scrollback().split("\n") if line.startswith("line-")]
    assert lines == [f"line-{number}" for number in range(1, 121)], lines
    screen.close()
    end_all(machine)


if __name__ == "__main__":
    main(globals(), {"policy": "[login]\non_login = menu\n"})
