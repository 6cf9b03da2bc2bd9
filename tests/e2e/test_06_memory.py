"""What an idle session costs (a release build): pages that no other process shares, of each of its processes."""

import pathlib
import re
import time

from machine import Screen, main, wait_for

GOALS = {"berth-keeper": 1024, "berth-mux": 3072, "berthd": 4096, "berth-login": 717}  # KiB
# A page more or less of the login is of the moment.
LIMITS = GOALS | {"berth-login": 800}  # measured: about 700


def unique(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(found) for found in re.findall(r"^Private_\w+:\s+(\d+)", text, re.MULTILINE))


def test_unique_memory_of_an_idle_session(machine):
    screen = Screen(machine.ssh("alice"))
    screen.wait_prompt()
    time.sleep(1)  # idle
    used = {}
    for program, limit in LIMITS.items():
        (pid,) = machine.pids(program)
        used[program] = unique(pid)
        print(f"{program}: {used[program]} KiB, at most {limit}; the goal is {GOALS[program]}")
    assert all(used[program] <= limit for program, limit in LIMITS.items()), used
    screen.close()
    machine.berth("alice", "kill-server")
    wait_for(lambda: not machine.pids("berth-keeper"), "the keeper ends")


if __name__ == "__main__":
    main(globals())
