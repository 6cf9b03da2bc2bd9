"""Another version is installed under live sessions: muxes are replaced in place, one account after the other; one that does not come up,
or cannot read what is held, changes nothing."""

import json
import os
import pathlib
import re
import shutil
import signal
import time

from machine import Screen, main, run, wait_for

MUX = pathlib.Path("/usr/lib/berth/berth-mux")
KEEPER = pathlib.Path("/usr/lib/berth/berth-keeper")
PREVIOUS = pathlib.Path("/usr/lib/berth/previous/berth-mux")
MARK = pathlib.Path("/run/berth/mux-refused")
ORIGINAL = pathlib.Path("/run/original-mux")


def login(machine, user):
    screen = Screen(machine.ssh(user))
    screen.wait_prompt()
    return screen


def end(machine, *screens):
    for screen in screens:
        screen.close()
    for user in ("alice", "bob"):
        machine.berth(user, "kill-server", check=False)
    wait_for(lambda: not machine.pids("berth-keeper"), "all sessions have ended")


def place(path, contents):
    """As a package does it: another file takes the name."""
    new = path.with_suffix(".new")
    new.write_bytes(contents)
    new.chmod(0o755)
    new.rename(path)


def put_aside():
    """The package's preinst."""
    if not ORIGINAL.exists():
        shutil.copy(MUX, ORIGINAL)
    PREVIOUS.parent.mkdir(exist_ok=True)
    shutil.copy(ORIGINAL, PREVIOUS)


def restart_berthd(machine):
    machine.kill(machine.berthd.pid)
    machine.berthd.wait()
    os.unlink("/run/berth/berthd.sock")
    machine.start_berthd()
    wait_for(lambda: run("berth", "admin", "status", check=False).returncode == 0, "berthd answers")


def upgrade(what="upgrade"):
    done = run("berth", "admin", what, check=False)
    return done.returncode, done.stdout + done.stderr


def servers(machine):
    status = json.loads(run("berth", "admin", "status", "--json").stdout)
    return {server["user"]: server for server in status["servers"]}, status["refused"]


def finding(name):
    return {entry["check"]: entry for entry in json.loads(run("berth", "--json", "doctor", check=False).stdout)}[name]


def numbers_are_whole(screen, count):
    lines = [line for line in screen.text().split("\n") if line.startswith("number-")]
    numbers = [int(line.removeprefix("number-")) for line in lines]
    assert numbers and numbers == list(range(count - len(numbers) + 1, count + 1)), numbers


def test_every_mux_is_replaced_under_a_program_that_prints(machine):
    put_aside()
    alice, bob = login(machine, "alice"), login(machine, "bob")
    alice.line("X=kept; i=0; while test $i -lt 3000; do i=$((i+1)); echo number-$i; done; echo all-$((5+5))")
    bob.line("Y=kept; cat")
    alice.wait("number-")
    old = machine.pids("berth-mux")
    place(MUX, ORIGINAL.read_bytes() + b"\0")
    restart_berthd(machine)
    wait_for(lambda: finding("versions")["text"].count("mux") >= 2 and "not the installed one" in finding("versions")["text"],
             "doctor says that an earlier version runs")
    bob.type("typed before, ")
    status, text = upgrade()
    assert status == 0 and len(re.findall(r"(?m)^(?:alice|bob): berth-mux \S+ to \S+, \d+ ms$", text)) == 2, text
    print("      " + text.replace("\n", "; "))
    bob.line("and after")
    bob.wait("typed before, and after\ntyped before, and after")
    alice.wait("all-10")
    numbers_are_whole(alice, 3000)
    alice.line("echo X=$X")
    alice.wait("X=kept")
    assert not set(old) & set(machine.pids("berth-mux")), "a mux of the version before still runs"
    assert finding("versions")["state"] == "ok", finding("versions")
    assert finding("upgrade")["state"] == "ok", finding("upgrade")
    status, text = upgrade()
    assert status == 0 and "every berth-mux is of the installed version" in text, text
    end(machine, alice, bob)


def refused(machine, contents, reason):
    put_aside()
    place(MUX, ORIGINAL.read_bytes())
    upgrade()
    alice, bob = login(machine, "alice"), login(machine, "bob")
    alice.line("X=kept; seq 1 200; i=0; while test $i -lt 3000; do i=$((i+1)); echo number-$i; done; echo all-$((5+5))")
    alice.wait("number-")
    before = {user: server["mux"] for user, server in servers(machine)[0].items()}
    place(MUX, contents)
    status, text = upgrade()
    assert status == 1 and reason in text and "the one before goes on" in text, text
    alice.wait("all-10")
    numbers_are_whole(alice, 3000)
    alice.line("echo X=$X")
    alice.wait("X=kept")
    bob.line("echo bob-$((1+1))")
    bob.wait("bob-2")
    now, why = servers(machine)
    assert "did not take over" in why and "did not take over" in MARK.read_text(), why
    same = [user for user in before if now[user]["mux"] == before[user]]
    assert len(same) == 1, f"one alone is the trial: {before}, {now}"
    assert finding("upgrade")["state"] == "BAD" and reason in finding("upgrade")["text"], finding("upgrade")
    return alice, bob


def test_a_version_that_does_not_start_is_refused(machine):
    screens = refused(machine, b"#!/bin/sh\nexit 1\n", "the new berth-mux ended")
    restart_berthd(machine)  # the mark tells the next berthd
    assert "did not take over" in servers(machine)[1]
    end(machine, *screens)
    screen = login(machine, "alice")
    mux = wait_for(lambda: machine.pids("berth-mux"), "a mux runs")[0]
    assert os.readlink(f"/proc/{mux}/exe") == str(PREVIOUS)
    place(MUX, ORIGINAL.read_bytes())  # a mended one
    status, text = upgrade()
    assert status == 0 and not MARK.exists(), text
    screen.line("echo mended-$((1+1))")
    screen.wait("mended-2")
    mux = machine.pids("berth-mux")[0]
    assert os.readlink(f"/proc/{mux}/exe") == str(MUX)
    end(machine, screen)


def test_a_version_that_hangs_is_refused_in_time(machine):
    begin = time.monotonic()
    end(machine, *refused(machine, b"#!/bin/sh\nexec sleep 1000\n", "the new berth-mux does not answer"))
    print(f"      {time.monotonic() - begin:.1f} s in all")


def test_a_version_that_cannot_read_what_is_held_changes_nothing(machine):
    contents = ORIGINAL.read_bytes()
    assert b"berth-vt" in contents, "the mark of checkpoints has another name"
    end(machine, *refused(machine, contents.replace(b"berth-vt", b"berth-xx"), "the new berth-mux ended"))


def test_keepers_go_on_as_the_installed_version(machine):
    put_aside()
    place(MUX, ORIGINAL.read_bytes())
    upgrade()
    original = KEEPER.read_bytes()
    alice, bob = login(machine, "alice"), login(machine, "bob")
    alice.line("X=kept; i=0; while test $i -lt 3000; do i=$((i+1)); echo number-$i; done; echo all-$((5+5))")
    bob.line("cat")
    alice.wait("number-")
    pids = sorted(machine.pids("berth-keeper"))
    place(KEEPER, b"#!/bin/sh\nexit 64\n")
    status, text = upgrade("upgrade-keepers")
    assert status == 1 and "does not take the state" in text and "goes on" in text, text
    place(KEEPER, original + b"\0")
    assert "not the installed one" in finding("versions")["text"], finding("versions")
    bob.type("typed before, ")
    status, text = upgrade("upgrade-keepers")
    assert status == 0 and len(re.findall(r"(?m)^(?:alice|bob): berth-keeper \S+ to \S+, \d+ ms$", text)) == 2, text
    print("      " + text.replace("\n", "; "))
    wait_for(lambda: sorted(machine.pids("berth-keeper")) == pids, "the same processes, and none that was only asked")
    for pid in pids:
        assert os.readlink(f"/proc/{pid}/exe") == str(KEEPER)
    bob.line("and after")
    bob.wait("typed before, and after\ntyped before, and after")
    alice.wait("all-10")
    numbers_are_whole(alice, 3000)
    assert finding("versions")["state"] == "ok", finding("versions")
    machine.kill(machine.pids("berth-mux")[0])  # what the keepers hold is whole
    machine.kill(machine.pids("berth-mux")[-1])
    alice.line("clear; echo X=$X")
    alice.wait("X=kept")
    place(KEEPER, original)
    restart_berthd(machine)  # and berthd is found again
    wait_for(lambda: set(servers(machine)[0]) == {"alice", "bob"}, "both keepers introduce themselves")
    alice.line("exit")
    alice.wait_end()
    end(machine, alice, bob)


def test_a_renewed_keeper_is_known_to_the_next_berthd(machine):
    """Even if a login comes first, which would start a keeper if there were none."""
    alice = login(machine, "alice")
    alice.line("X=kept")
    (keeper,) = machine.pids("berth-keeper", "alice")
    place(KEEPER, KEEPER.read_bytes() + b"\0")
    status, text = upgrade("upgrade-keepers")
    assert status == 0 and "alice: berth-keeper" in text, text
    machine.kill(keeper, signal.SIGSTOP)
    machine.kill(machine.berthd.pid)
    machine.berthd.wait()
    for pid in machine.pids("berth-mux"):
        machine.kill(pid)
    os.unlink("/run/berth/berthd.sock")
    machine.start_berthd()
    second = Screen(machine.ssh("alice"))
    wait_for(lambda: machine.pids("berth-login"), "a login waits")
    time.sleep(1)  # for what must not be
    assert machine.pids("berth-keeper", "alice") == [keeper]
    machine.kill(keeper, signal.SIGCONT)
    alice.line("clear; echo X=$X")
    alice.wait("X=kept")
    assert machine.pids("berth-keeper", "alice") == [keeper]
    second.close()
    end(machine, alice)


def test_only_root_upgrades(machine):
    put_aside()
    place(MUX, ORIGINAL.read_bytes())
    upgrade()
    screen = login(machine, "alice")
    for what in ("upgrade", "upgrade-keepers"):
        done = machine.berth("alice", "admin", what, check=False)
        assert done.returncode == 1 and "only root" in done.stderr, done
    end(machine, screen)


if __name__ == "__main__":
    main(globals())
