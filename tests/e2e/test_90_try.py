"""tools/try: a machine to try berth on. With --interactive the caller's terminal is put into a session through ssh; else it is
proved that a session outlives its connection, on screens that are printed."""

import os
import re
import signal
import subprocess
import sys
import time

from machine import ROOT, Machine, Screen, enter, wait_for

USER = "guest"
COUNTER = 'i=0; while sleep 0.1; do i=$((i+1)); echo "process $$ counts $i"; done'
COUNTED = re.compile(r"^process (\d+) counts (\d+)$(?=\nprocess )", re.MULTILINE)  # the last line may be half there


def show(title, screen):
    """The lower part of a screen, in a frame."""
    lines = screen.rstrip("\n").split("\n")[-8:]
    print(f"  +-- {title} {'-' * (70 - len(title))}")
    for line in lines:
        print(f"  | {line}")
    print(f"  +{'-' * 74}", flush=True)


def counted(screen):
    """(process, number) of the counter's last line on the screen; None if there is none."""
    found = COUNTED.findall(screen.text())
    return (int(found[-1][0]), int(found[-1][1])) if found else None


def reached(screen, number):
    value = counted(screen)
    return value if value and value[1] >= number else None


def prove(machine):
    begin = time.monotonic()
    first = Screen(machine.ssh(USER), rows=12)
    first.wait_prompt()
    print(f"ssh {USER}@127.0.0.1: a prompt after {time.monotonic() - begin:.2f} s; a counter is started")
    first.line(COUNTER)
    process, before = wait_for(lambda: reached(first, 12), lambda: f"the counter counts:\n{first.text()}")
    show("before", first.text())

    os.kill(first.pid(), signal.SIGKILL)
    killed = time.monotonic()
    first.close()
    print("the ssh client was killed (SIGKILL); 2 s without any connection")
    wait_for(lambda: time.monotonic() - killed > 2, "2 s pass")
    wait_for(lambda: not machine.berth(USER, "list-clients").stdout, "nobody is attached")

    begin = time.monotonic()
    second = Screen(machine.ssh(USER), rows=12)
    same, after = wait_for(lambda: counted(second), lambda: f"the counter is on the screen:\n{second.text()}")
    shown = time.monotonic() - begin
    show("after", second.text())
    print(f"ssh {USER}@127.0.0.1: the screen was back after {shown:.2f} s")
    if same != process:
        raise AssertionError(f"process {process} counted, now {same} does")
    if after <= before:
        raise AssertionError(f"it counted to {before}, and is at {after}")
    _, later = wait_for(lambda: reached(second, after + 5), lambda: f"it goes on counting:\n{second.text()}")
    numbers = [int(number) for _, number in COUNTED.findall(second.scrollback())]
    if numbers != list(range(1, numbers[-1] + 1)):
        raise AssertionError(f"numbers are missing or doubled: {numbers}")
    print(f"the same counter: process {process}, at {before} when the connection died, at {after} when it was back, now at {later};")
    print(f"every number from 1 to {numbers[-1]} is in the terminal's scrollback, once")
    second.close()


def interactive(machine):
    """Logs the caller in, again and again."""
    home = f"/run/home/{USER}"
    for file in (".bashrc", ".profile"):
        with open(f"{home}/{file}", "w", encoding="utf-8") as out:
            out.write("PS1='\\u@try:\\w\\$ '\n")
    print(f"This is `ssh {USER}@127.0.0.1`, through a real sshd. Leave with C-b d, or cut the")
    print("connection with Enter ~ . and come back; `exit` ends the session. At the end all")
    print("of this is gone.")
    while True:
        status = subprocess.call(machine.ssh(USER))
        sessions = " ".join(machine.sessions(USER)) or "none"
        try:
            answer = input(f"ssh ended with {status}; sessions that are alive: {sessions}. Enter: log in again, q: end: ")
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if answer.strip() == "q":
            return


def main():
    enter()
    machine = None
    try:
        machine = Machine(sys.argv[1], users={USER: "/bin/bash"})
        (interactive if "--interactive" in sys.argv else prove)(machine)
    except AssertionError as error:
        print(f"NOT SO: {error}\n{machine.logs() if machine else ''}")
        sys.exit(1)
    finally:
        if machine is not None:
            for process in machine.processes:
                process.kill()


if __name__ == "__main__":
    main()
