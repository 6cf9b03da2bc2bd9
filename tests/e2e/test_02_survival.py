"""berthd and the mux are killed under live sessions; networks go away without a word."""

import os
import signal
import time

from machine import PATIENCE, ROOT, Screen, main, run, wait_for


def login(machine, user="alice", **options):
    screen = Screen(machine.ssh(user, **options))
    screen.wait_prompt()
    return screen


def end_all(machine, user="alice"):
    machine.berth(user, "kill-server", check=False)
    wait_for(lambda: not machine.pids("berth-keeper", user), "the keeper ends with the last session")


def mux_of(machine):
    """The mux's pid: it runs as no account, but there is one alone."""
    return wait_for(lambda: machine.pids("berth-mux"), "a mux runs")[0]


def test_killed_mux_comes_back_while_a_program_prints(machine):
    screen = login(machine)
    screen.line("echo before-$((1+1)); i=0; while test $i -lt 3000; do i=$((i+1)); echo number-$i; done; echo all-$((5+5))")
    screen.wait("number-")
    old = mux_of(machine)
    machine.kill(old)
    screen.wait("all-10")
    wait_for(lambda: machine.pids("berth-mux") and mux_of(machine) != old, "another mux runs")
    screen.line("echo alive-$((40+2))")
    screen.wait("alive-42")
    lines = [line for line in screen.text().split("\n") if line.startswith("number-")]
    numbers = [int(line.removeprefix("number-")) for line in lines]
    assert numbers == list(range(3000 - len(numbers) + 1, 3001)), numbers
    assert machine.sessions("alice") == ["main"]
    screen.close()
    end_all(machine)


def test_killed_mux_while_a_full_screen_program_runs(machine):
    screen = login(machine)
    screen.line("seq 1 100 > f; less f")
    page = "\n".join(str(number) for number in range(1, 24)) + "\nf\n"  # and its last row
    before = wait_for(lambda: screen.text() if screen.format("#{alternate_on}") == "1" and screen.text() == page else None, lambda: f"less shows its file:\n{screen.text()}")
    machine.kill(mux_of(machine))
    wait_for(lambda: machine.sessions("alice") == ["main"], "the session is there again")
    wait_for(lambda: screen.text() == before, lambda: f"the same screen:\n{before}\n----\n{screen.text()}")
    screen.type("G")
    screen.wait("100")
    screen.type("q")
    screen.wait_prompt()
    screen.close()
    end_all(machine)


def test_killed_berthd_is_invisible(machine):
    screen = login(machine)
    keepers = machine.pids("berth-keeper", "alice")
    muxes = machine.pids("berth-mux")
    machine.kill(machine.berthd.pid)
    machine.berthd.wait()
    screen.line("echo without-$((3+4))")
    screen.wait("without-7")
    machine.start_berthd()
    wait_for(lambda: machine.sessions("alice") == ["main"], "the new berthd knows the session")
    assert machine.pids("berth-keeper", "alice") == keepers
    assert machine.pids("berth-mux") == muxes
    second = login(machine)
    assert sorted(machine.sessions("alice")) == ["main", "main-2"]
    second.close()
    screen.close()
    end_all(machine)


def test_a_mux_that_learns_of_both_at_once_takes_the_new_berthd(machine):
    screen = login(machine)
    mux = mux_of(machine)
    machine.kill(mux, signal.SIGSTOP)
    machine.kill(machine.berthd.pid)
    machine.berthd.wait()
    os.unlink("/run/berth/berthd.sock")
    machine.start_berthd()
    status = lambda: run("berth", "admin", "status", check=False).stdout
    wait_for(lambda: "alice" in status(), "the keeper has found it, and brought its mux")
    machine.kill(mux, signal.SIGCONT)
    screen.line("echo same-$((1+2))")
    screen.wait("same-3")
    wait_for(lambda: machine.sessions("alice") == ["main"], "the new berthd knows the session")
    screen.line("echo still-$((1+2))")
    screen.wait("still-3")
    assert mux_of(machine) == mux, "it was no reason for another mux"
    screen.close()
    end_all(machine)


def test_both_killed_at_once(machine):
    screen = login(machine)
    screen.line("X=survived")
    machine.kill(machine.berthd.pid)
    machine.berthd.wait()
    machine.kill(mux_of(machine))
    machine.start_berthd()
    wait_for(lambda: machine.sessions("alice") == ["main"], "the session is there again")
    screen.line("echo X=$X")
    screen.wait("X=survived")
    screen.close()
    end_all(machine)


def test_a_mux_that_dies_again_and_again_is_waited_for(machine):
    screen = login(machine)
    screen.line("echo kept-$((1+2))")
    screen.wait("kept-3")
    for _ in range(8):  # berthd waits 1, 2 and 4 s before it starts the last three
        wait_for(lambda: machine.berth("alice", "list-clients", check=False).stdout, "the client is back")
        machine.kill(mux_of(machine))
    screen.wait(" times within a minute; it is started again in ")  # 8, if the first was within the same minute
    wait_for(lambda: "berth-mux of alice" not in screen.text(), lambda: f"the line has gone:\n{screen.text()}")
    screen.line("echo back-$((40+2))")
    screen.wait("back-42")
    assert [line for line in screen.text().split("\n") if line.startswith("kept-") or line.startswith("back-")] == ["kept-3", "back-42"]
    assert machine.sessions("alice") == ["main"]
    screen.close()
    end_all(machine)


def test_stopped_client_costs_nobody_anything(machine):
    screen = login(machine)
    other = Screen(["runuser", "-l", "alice", "-c", "env LC_BERTH= berth attach -t main"], columns=80)
    other.wait("ready>")
    os.kill(screen.pid(), signal.SIGSTOP)
    begin = time.monotonic()
    other.line("yes | head -n 2000000; echo flood-$((6+6))")
    other.wait("flood-12")
    print(f"      flood beside a stopped client: {time.monotonic() - begin:.1f} s")
    os.kill(screen.pid(), signal.SIGCONT)
    screen.wait("flood-12")
    screen.close()
    other.close()
    end_all(machine)


def test_dropped_network_and_a_session_that_is_taken_over(machine):
    run("mkdir", "-p", "/run/netns")
    run("ip", "netns", "add", "client")
    run("ip", "link", "add", "server0", "type", "veth", "peer", "name", "client0", "netns", "client")
    run("ip", "addr", "add", "10.9.0.1/24", "dev", "server0")
    run("ip", "link", "set", "server0", "up")
    for words in (["ip", "addr", "add", "10.9.0.2/24", "dev", "client0"], ["ip", "link", "set", "client0", "up"], ["ip", "link", "set", "lo", "up"]):
        run("ip", "netns", "exec", "client", *words)
    away = Screen(["ip", "netns", "exec", "client", *machine.ssh("alice", address="10.9.0.1")])
    away.wait_prompt()
    away.line("Y=still-here")
    away.wait("still-here")
    run("ip", "link", "set", "server0", "down")  # no FIN, no RST: the connection seems alive
    begin = time.monotonic()
    screen = Screen(machine.ssh("alice"))
    screen.wait("still-here")
    print(f"      taken over after {time.monotonic() - begin:.1f} s")
    screen.line("echo Y=$Y")
    screen.wait("Y=still-here")
    assert machine.sessions("alice") == ["main"]
    run("ip", "link", "set", "server0", "up")
    away.wait("[taken over from 127.0.0.1]", PATIENCE * 2)
    away.close()
    screen.close()
    end_all(machine)


def test_a_living_client_is_never_robbed(machine):
    first = login(machine)
    first.line("echo mine")
    second = login(machine)
    third = login(machine)
    assert sorted(machine.sessions("alice")) == ["main", "main-2", "main-3"]
    first.line("echo still-$((1+2))")
    first.wait("still-3")
    for screen in (first, second, third):
        screen.close()
    end_all(machine)


if __name__ == "__main__":
    main(globals())
