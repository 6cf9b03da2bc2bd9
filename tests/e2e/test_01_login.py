"""Plain `ssh host` lands in a session that outlives the connection."""

import os
import signal

from machine import ROOT, Screen, main, wait_for


def login(machine, user="alice", **options):
    screen = Screen(machine.ssh(user), **options)
    screen.wait_prompt()
    return screen


def end_all(machine, user="alice"):
    machine.berth(user, "kill-server", check=False)
    wait_for(lambda: not machine.pids("berth-keeper", user), "the keeper ends with the last session")


def test_a_login_is_a_session(machine):
    screen = login(machine)
    screen.line("echo in=$BERTH")
    screen.wait("in=/run/berth/berthd.sock,")
    assert machine.sessions("alice") == ["main"]
    screen.line("exit 7")
    assert screen.wait_end() == 7
    screen.close()
    wait_for(lambda: machine.sessions("alice") == [], "the session ends with its shell")


def test_detach_and_come_back_to_the_same_screen(machine):
    screen = login(machine)
    screen.line("printf 'x%.0s' 1 2 3; echo; A=kept")
    screen.wait("xxx")
    screen.press("C-b", "d")
    assert screen.wait_end() == 0
    screen.wait_last("[detached (from session main)]")
    screen.close()
    screen = login(machine)
    screen.wait("xxx")
    screen.line("echo A=$A")
    screen.wait("A=kept")
    screen.close()
    end_all(machine)


def test_the_prefix_twice_sends_it(machine):
    screen = login(machine)
    screen.line("cat -v")
    screen.press("C-b", "C-b", "Enter")
    screen.wait("^B")
    screen.close()
    end_all(machine)


def test_killed_client_scrollback_and_output_in_between(machine):
    screen = login(machine)
    screen.line("seq -f line-%g 1 200; (while ! test -e /run/home/alice/go; do sleep 0.1; done; echo late-$((20+3))) &")
    screen.wait("line-200")
    os.kill(screen.pid(), signal.SIGKILL)
    screen.close()
    with open("/run/home/alice/go", "w"):
        pass
    os.chown("/run/home/alice/go", 0, 0)
    again = Screen(machine.ssh("alice"))
    again.wait("late-23")
    text = again.scrollback()
    for number in (1, 57, 200):
        assert f"line-{number}\n" in text, f"line-{number} is missing:\n{text}"
    assert text.count("line-57\n") == 1
    again.close()
    end_all(machine)


def test_a_second_login_is_a_new_session(machine):
    first = login(machine)
    second = login(machine)
    assert sorted(machine.sessions("alice")) == ["main", "main-2"]
    second.close()
    first.close()
    end_all(machine)


def test_lc_berth_names_the_session_or_turns_it_off(machine):
    named = Screen(machine.ssh("alice", options=["-o", "SendEnv=LC_BERTH"]), environment={"LC_BERTH": "work"})
    named.wait_prompt()
    assert machine.sessions("alice") == ["work"]
    off = Screen(machine.ssh("alice", options=["-o", "SendEnv=LC_BERTH"]), environment={"LC_BERTH": "off"})
    off.wait_prompt()
    off.line("echo in=$BERTH.")
    off.wait("in=.")
    assert machine.sessions("alice") == ["work"]
    off.close()
    named.close()
    end_all(machine)


def test_term_dumb_is_a_plain_shell(machine):
    screen = Screen(machine.ssh("alice"), environment={"TERM": "dumb"})
    screen.wait_prompt()
    screen.line("echo in=$BERTH.")
    screen.wait("in=.")
    assert machine.sessions("alice") == []
    screen.close()


def test_a_bad_name_is_refused_with_the_rule(machine):
    screen = Screen(machine.ssh("alice", options=["-o", "SendEnv=LC_BERTH"]), environment={"LC_BERTH": "a:b"}, columns=160)
    screen.wait("invalid session name: a:b (1 to 64 bytes of UTF-8 without control characters, ':' or '.')")
    screen.wait("this is the plain login shell")
    screen.close()
    assert machine.sessions("alice") == []


if __name__ == "__main__":
    main(globals())
