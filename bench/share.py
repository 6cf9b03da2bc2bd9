"""The figures of sharing: what a hundred guests cost the owner, what a guest costs, how soon one who is kicked is gone, and how long a guest
waits for the first screen, beside a login's. The peer is berth itself without guests.

    tools/bench share [BUILD]     (root; a release build; about a minute)
"""

import os
import pathlib
import re
import select
import signal
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/e2e"))
from login import Pty, median, row  # noqa: E402
from machine import Machine, enter, run, wait_for  # noqa: E402
import sharing  # noqa: E402

GUESTS = 100
ECHOES = 200
ROUNDS = 8


class Crowd:
    """Guests with an account; their terminals are read by a process of its own, which is not in the way of the one that measures."""

    def __init__(self, machine, count):
        self.pid = os.fork()
        if self.pid == 0:
            self.read([Pty(["runuser", "-u", "bob", "--", "berth", "join", "alice"]) for _ in range(count)])
            os._exit(0)
        wait_for(lambda: len(sharing.guests(machine)) == count, f"{count} guests are here")

    @staticmethod
    def read(terminals):
        by_fd = {terminal.fd: terminal for terminal in terminals}
        while by_fd:
            for fd in select.select(list(by_fd), [], [])[0]:
                if not by_fd[fd].read(0):
                    del by_fd[fd]

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def echo_times(client, count):
    """Milliseconds from a key of the owner's to its echo, at a steady pace."""
    times = []
    for number in range(count):
        letter = b"abcdefghijklmnopqrstuvwxyz"[number % 26 : number % 26 + 1]
        begin = time.monotonic()
        client.write(letter)
        client.until(letter, 30)
        times.append((time.monotonic() - begin) * 1000)
        if number % 60 == 59:
            client.write(b"\x15")
        time.sleep(0.02)
        while client.read(0):
            pass
    client.write(b"\x15")
    return times


def p99(times):
    return statistics.quantiles(times, n=100)[98]


def private_bytes(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(number) for number in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+)", text, re.MULTILINE))


def quiet(client):
    time.sleep(0.5)
    while client.read(0.1):
        pass


def crowd(machine):
    client = Pty(machine.ssh("alice", options=["-tt"]))
    client.until(b"ready> ")
    sharing.run("runuser", "-u", "alice", "--", "berth", "share", "-r", "--with", "bob")
    quiet(client)
    mux = machine.pids("berth-mux")[0]
    alone, memory = echo_times(client, ECHOES), private_bytes(mux)
    visitors = Crowd(machine, GUESTS)
    quiet(client)
    beside, more = echo_times(client, ECHOES), private_bytes(mux)
    shell = statistics.median(private_bytes(pid) for pid in machine.pids("berth", "bob") if open(f"/proc/{pid}/cmdline").read().split("\0")[1] == "join")
    row(f"echo of the owner, p99: {p99(alone):.2f} ms alone, {p99(beside):.2f} ms with {GUESTS} guests", f"{p99(beside) / p99(alone):.2f}", "asked: 1.5")
    row(f"the same, median: {median(alone):.2f} ms, {median(beside):.2f} ms", f"{median(beside) / median(alone):.2f}")
    row("memory of the mux for each guest", f"{(more - memory) / GUESTS:.0f} KiB", "asked: 300 KiB")
    row("private memory of a guest's own program (berth join)", f"{shell:.0f} KiB")
    visitors.close()
    client.close()
    machine.berth("alice", "kill-server", check=False)
    wait_for(lambda: not machine.pids("berth-keeper"), "the session ends")


def kicks(machine):
    """From the start of `berth kick` to the end of the guest's ssh: the command's own start is in it, and said beside."""
    screen = sharing.owner(machine)
    made = sharing.share(machine, "-r")
    times, commands = [], []
    for _ in range(ROUNDS):
        client = Pty(sharing.guest_words(machine, sharing.token(made["ssh_ro"])))
        client.until(b"alice's session")
        number = sharing.guest_number(machine)
        begin = time.monotonic()
        run("runuser", "-u", "alice", "--", "berth", "kick", number)
        commands.append((time.monotonic() - begin) * 1000)
        while client.read(5):
            pass
        times.append((time.monotonic() - begin) * 1000)
        client.close()
        wait_for(lambda: not sharing.guests(machine), "the guest is gone")
    row(f"kick to closed connection (the command alone: {median(commands):.0f} ms)", f"{median(times):.0f} ms", "asked: 100 ms")
    sharing.end(machine, screen)


def joins(machine):
    """From the start of ssh to the first full screen, in turns: a guest by token, and a login to a session that is there."""
    screen = sharing.owner(machine)
    made = sharing.share(machine, "-r")
    times = {"guest": [], "login": []}
    for _ in range(ROUNDS):
        for kind in times:
            words = sharing.guest_words(machine, sharing.token(made["ssh_ro"])) if kind == "guest" else machine.ssh("bob", options=["-tt"])
            begin = time.monotonic()
            client = Pty(words)
            client.until(b"ready>")
            times[kind].append((time.monotonic() - begin) * 1000)
            client.close()
        machine.berth("bob", "kill-server", check=False)
    guest, login = median(times["guest"]), median(times["login"])
    row(f"to the first screen: a guest {guest:.0f} ms, a login {login:.0f} ms", f"{guest / login:.2f}", "asked: 1.0")
    sharing.end(machine, screen)


def main():
    enter()
    machine = Machine(sys.argv[1], policy=f"[share]\ntokens = all\nguests_max = {GUESTS + 10}\n[session]\nmax_clients = {GUESTS + 20}\n")
    try:
        sharing.prepare(machine)
        joins(machine)
        kicks(machine)
        crowd(machine)
    finally:
        for process in machine.processes:
            process.kill()


if __name__ == "__main__":
    main()
