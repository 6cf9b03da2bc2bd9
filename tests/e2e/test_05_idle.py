"""Nothing wakes while nothing happens."""

import subprocess
import time

from machine import ROOT, Screen, main, skip, wait_for


PROGRAMS = ("berthd", "berth-keeper", "berth-mux", "berth-login")
WINDOWS = 5  # on a busy machine the timers of a login may run out late: one of so many must be without any wakeup


def calls_in_ten_seconds(machine):
    """System calls of each program, without the one that it was found waiting in."""
    traced = {}
    for program in PROGRAMS:
        for pid in machine.pids(program):
            log = ROOT / f"strace-{program}-{pid}"
            traced[program] = (log, subprocess.Popen(["strace", "-f", "-o", str(log), "-p", str(pid)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE))
            if b"attached" not in traced[program][1].stderr.readline():
                skip("strace may not attach here")
    assert set(traced) == set(PROGRAMS), traced.keys()
    time.sleep(10)
    calls = {}
    for program, (log, process) in traced.items():
        process.terminate()
        process.communicate()
        lines = [line for line in log.read_text().splitlines() if "detached" not in line and "resumed" not in line and "unfinished" not in line]
        calls[program] = lines[1:]
    return calls


def test_no_wakeups_in_ten_idle_seconds(machine):
    screen = Screen(machine.ssh("alice"))
    screen.wait_prompt()
    screen.line("echo set-$((1+1))")
    screen.wait("set-2")
    time.sleep(2)  # the probe's and the login's timers have run out; what is measured is idleness
    for _ in range(WINDOWS):
        calls = calls_in_ten_seconds(machine)
        if not any(calls.values()):
            break
    assert not any(calls.values()), calls
    screen.close()
    machine.berth("alice", "kill-server")
    wait_for(lambda: not machine.pids("berth-keeper"), "the keeper ends")


if __name__ == "__main__":
    main(globals())
