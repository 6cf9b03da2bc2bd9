"""Sharing: the owner's keys and menus, and what guests may ask for: a hand, a line, the floor."""

import subprocess

from machine import PATIENCE, main, wait_for
from sharing import clipboard, copy, end, guest, guest_number, guests, heard, keeps_clipboard, meet, owner, share, shown


def prefix(screen, *keys):
    screen.press("C-b", *keys)


def test_one_key_pauses_and_resumes_all_guests(machine):
    screen, made, visitor = meet(machine)
    prefix(screen, "C-p")
    visitor.wait("paused by the owner")
    visitor.line("echo un''typed")
    heard(machine, visitor)
    late = guest(machine, made["ssh_ro"])  # those who come later are paused too
    late.wait("paused by the owner")
    machine.kill(machine.pids("berth-mux")[0])  # and stay so with another mux
    wait_for(lambda: len(guests(machine)) == 2, "the guests are back")
    assert all(one["paused"] for one in guests(machine)), guests(machine)
    assert shown(machine, "#{share_paused}") == "1"
    visitor.wait("paused by the owner")
    prefix(screen, "C-p")
    screen.line("echo se''en")
    visitor.wait("seen")
    late.wait("seen")
    assert "untyped" not in screen.text() and shown(machine, "#{share_paused}") == "0"
    end(machine, screen, visitor, late)


def test_clipboards_do_not_reach_guests_unless_policy_says_so(machine):
    screen, made, visitor = meet(machine)
    for terminal in (screen, visitor):
        keeps_clipboard(terminal)
    copy(screen, "kept")
    wait_for(lambda: clipboard(screen) == "kept", "the owner has it")
    heard(machine, visitor)  # and what the mux wrote before that has come
    assert clipboard(visitor) == "", clipboard(visitor)
    end(machine, screen, visitor)


def test_one_guest_stays_paused_with_another_mux(machine):
    screen, made, visitor = meet(machine)
    machine.berth("alice", "pause", guest_number(machine))
    visitor.wait("paused by the owner")
    machine.kill(machine.pids("berth-mux")[0])
    wait_for(lambda: guests(machine), "the guest is back")
    assert guests(machine)[0]["paused"], guests(machine)
    machine.berth("alice", "resume", guest_number(machine))
    visitor.wait("ready>")
    end(machine, screen, visitor)


def test_the_menu_makes_links_and_rules_guests(machine):
    screen = owner(machine, columns=100)
    prefix(screen, "S")
    screen.wait("New link to read")
    screen.press("w")
    screen.wait("to type: ssh rw-")
    screen.press("q")
    visitor = guest(machine, shown(machine, "#{tmate_ssh}"))
    visitor.wait("ready>")

    def choose(key):
        prefix(screen, "S")
        screen.wait("All guests are paused")
        screen.press("1")
        screen.wait("Has to leave")
        screen.press(key)

    choose("r")
    wait_for(lambda: guests(machine)[0]["role"] == "read", "the guest reads")
    choose("w")
    wait_for(lambda: guests(machine)[0]["role"] == "write", "the guest types")
    choose("p")
    wait_for(lambda: guests(machine)[0]["paused"], "the guest is paused")
    choose("x")
    assert visitor.wait_end() == 1
    prefix(screen, "S")
    screen.wait("End share")
    screen.press("u")
    wait_for(lambda: machine.berth("alice", "shares").stdout == "", "nothing is shared")
    end(machine, screen, visitor)


def test_who_knocks_is_let_in_by_the_menu(machine):
    screen = owner(machine, columns=120)
    made = share(machine, "--ask")
    visitors = []
    for key, role in (("r", "read"), ("w", "write")):
        visitor = guest(machine, made["ssh"])
        visitors.append(visitor)
        visitor.wait("Waiting for alice to let you in.")
        screen.wait("wants to join")
        prefix(screen, "S")
        screen.wait("All guests are paused")
        screen.press(str(len(visitors)))
        screen.wait("Let in to read")
        screen.press(key)
        visitor.wait("ready>")
        assert guests(machine)[-1]["role"] == role, guests(machine)
    refused = guest(machine, made["ssh"])
    refused.wait("Waiting for alice to let you in.")
    prefix(screen, "S")
    screen.wait("wants to join")
    screen.press("3")
    screen.wait("Let in to read")
    screen.press("x")
    assert refused.wait_end() == 1
    refused.wait_last("alice did not let you in")
    end(machine, screen, refused, *visitors)


def test_a_reader_proposes_a_line(machine):
    screen, made, visitor = meet(machine, link="ssh_ro", columns=120)
    prefix(visitor, "Enter")
    visitor.wait("propose: _")
    visitor.line("echo pro''posed # [n]; x")
    screen.wait("proposes: echo pro''posed # [n]; x")
    assert "\nproposed" not in screen.text()
    assert guests(machine)[0]["proposal"] == "echo pro''posed # [n]; x"
    prefix(screen, "S")
    screen.wait("proposes a line")
    screen.press("1")
    screen.wait("echo pro''posed _ [n]; x")
    screen.press("e")
    screen.wait("\nproposed")
    assert guests(machine)[0]["proposal"] == ""
    told = machine.berth("alice", "accept", guest_number(machine), check=False)
    assert told.returncode == 1 and "proposes nothing" in told.stderr, told
    prefix(visitor, "Enter")
    visitor.type("hidden")
    visitor.press("Escape")
    wait_for(lambda: "propose: " not in visitor.text(), "it is not proposed")
    visitor.type("hidden")
    prefix(visitor, "h")
    screen.wait("raises a hand")
    assert guests(machine)[0]["hand"] and guests(machine)[0]["proposal"] == ""
    assert "hidden" not in screen.text()
    end(machine, screen, visitor)


def test_one_guest_has_the_floor(machine):
    screen, made, first = meet(machine, "--floor")
    second = guest(machine, made["ssh"])
    second.wait("ready>")
    first.line("echo fi''rst")
    screen.wait("\nfirst")
    second.line("echo se''cond")
    second.wait("Another guest has the floor")
    assert "cond" not in screen.text()
    assert [one["floor"] for one in guests(machine)] == [True, False], guests(machine)
    machine.berth("alice", "floor", guest_number(machine, 1))
    second.wait("You have the floor")
    second.line("echo thi''rd")
    screen.wait("\nthird")
    prefix(second, "f")
    wait_for(lambda: not any(one["floor"] for one in guests(machine)), "the floor is free")
    first.line("echo fou''rth")
    screen.wait("\nfourth")
    wait_for(lambda: not any(one["floor"] for one in guests(machine)), "the floor of one who is idle (for 30 s) is free", PATIENCE * 2)
    second.line("echo fi''fth")
    screen.wait("\nfifth")
    end(machine, screen, first, second)


def test_a_bare_server_has_tmux_s_keys_alone(machine):
    lines = {}
    for name, words in {"bare": ("-f/dev/null",), "own": ()}.items():
        program = ["runuser", "-u", "bob", "--", "berth", "-S", f"/run/home/bob/{name}", *words]
        subprocess.run([*program, "new-session", "-d"], check=True, stdin=subprocess.DEVNULL)
        lines[name] = set(subprocess.run([*program, "list-keys"], check=True, capture_output=True, text=True).stdout.splitlines())
        subprocess.run([*program, "kill-server"], check=True)
    more = sorted(line.split()[3] for line in lines["own"] - lines["bare"])
    assert not lines["bare"] - lines["own"] and more == ["C-p", "R", "S"], more


if __name__ == "__main__":
    main(globals(), {"policy": "[share]\ntokens = all\n"})
