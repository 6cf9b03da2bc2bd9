"""Nothing wakes while nothing happens."""

import subprocess
import time

from machine import ROOT, Screen, main, skip, wait_for


def test_no_wakeups_in_ten_idle_seconds(machine):
    screen = Screen(machine.ssh("alice"))
    screen.wait_prompt()
    screen.line("echo set-$((1+1))")
    screen.wait("set-2")
    time.sleep(2)  # the probe's and the login's timers have run out; what is measured is idleness
    traced = {}
    for program in ("berthd", "berth-keeper", "berth-mux", "berth-login"):
        for pid in machine.pids(program):
            log = ROOT / f"strace-{program}-{pid}"
            traced[program] = (log, subprocess.Popen(["strace", "-f", "-o", str(log), "-p", str(pid)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE))
    assert set(traced) == {"berthd", "berth-keeper", "berth-mux", "berth-login"}, traced.keys()
    time.sleep(10)
    for program, (log, process) in traced.items():
        process.terminate()
        _, errors = process.communicate()
        if b"Operation not permitted" in errors:
            skip("strace may not attach here")
        calls = [line for line in log.read_text().splitlines() if "detached" not in line and "resumed" not in line and "unfinished" not in line]
        # The call that it was found waiting in is no wakeup.
        assert len(calls) <= 1, f"{program} woke: {calls}"
    screen.close()
    machine.berth("alice", "kill-server")
    wait_for(lambda: not machine.pids("berth-keeper"), "the keeper ends")


if __name__ == "__main__":
    main(globals())
