"""The figures of a login and of one attached client, beside the bare pty and beside tmux, screen and dtach, measured in turns.

    tools/bench login [BUILD]     (root; a release build; medians of interleaved rounds)
"""

import os
import pathlib
import pty
import re
import select
import signal
import statistics
import subprocess
import sys
import termios
import time
import tty

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/e2e"))
from machine import Machine, enter, run, wait_for  # noqa: E402

BIG = 200 * 1000 * 1000


class Pty:
    """A client's terminal: a pty that answers what programs ask of it."""

    ANSWERS = [(re.compile(rb"\x1b\[c|\x1b\[0c"), b"\x1b[?62;22c"), (re.compile(rb"\x1b\[5n"), b"\x1b[0n"), (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R")]

    def __init__(self, words, environment=None):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            env = {key: value for key, value in os.environ.items() if key not in ("TMUX", "BERTH", "STY")}
            env.update({"TERM": "xterm-256color", "SHELL": "/bin/sh", **(environment or {})})
            os.execvpe(words[0], words, env)
        termios.tcsetwinsize(self.fd, (24, 80))
        self.answering = True

    def read(self, seconds):
        if not select.select([self.fd], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return b""
        if self.answering:
            for query, answer in self.ANSWERS:
                if query.search(data):
                    os.write(self.fd, answer)
        return data

    def until(self, text, seconds=60):
        data = b""
        end = time.monotonic() + seconds
        while text not in data:
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} did not come: {data[-500:]!r}")
            data += self.read(1)
        return data

    def write(self, data):
        os.write(self.fd, data)

    def close(self):
        os.close(self.fd)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def median(values):
    return statistics.median(values)


def row(name, value, asked=""):
    print(f"  {name:<52} {value:>14}   {asked}", flush=True)


def login_to_prompt(machine, rounds):
    """Milliseconds from the start of ssh to the prompt, with berth and without."""
    times = {"stock": [], "berth": []}
    for _ in range(rounds):
        for kind in times:
            options = ["-o", "SetEnv=LC_BERTH=off"] if kind == "stock" else []
            begin = time.monotonic()
            client = Pty(machine.ssh("alice", options=["-tt", *options]))
            client.until(b"ready> ")
            times[kind].append((time.monotonic() - begin) * 1000)
            client.close()
            machine.berth("alice", "kill-server", check=False)
            wait_for(lambda: not machine.pids("berth-keeper"), "the session ends")
    stock, berth = median(times["stock"]), median(times["berth"])
    noise = statistics.pstdev(times["stock"])
    row("login to prompt, stock sshd", f"{stock:.1f} ms")
    row("login to prompt, berth", f"{berth:.1f} ms", f"+{berth - stock:.1f} ms; noise {noise:.1f} ms")


def starts(rounds):
    """`new -d`, without and with a server running, beside tmux."""
    times = {"berth cold": [], "tmux cold": [], "berth warm": [], "tmux warm": []}
    for _ in range(rounds):
        for kind, words in (("berth", ["berth", "-S", "/run/bench.sock"]), ("tmux", ["tmux", "-S", "/run/bench.tmux", "-f", "/dev/null"])):
            for state in ("cold", "warm"):
                begin = time.monotonic()
                run(*words, "new", "-d", "sleep 1000")
                times[f"{kind} {state}"].append((time.monotonic() - begin) * 1000)
            run(*words, "kill-server")
            wait_for(lambda: not machine_pids(kind), "the server ends")
    for state in ("cold", "warm"):
        berth, peer = median(times[f"berth {state}"]), median(times[f"tmux {state}"])
        row(f"new -d {state}: berth {berth:.1f} ms, tmux {peer:.1f} ms", f"{berth / peer:.2f}", "asked: 2.0" if state == "cold" else "asked: 1.0")


def machine_pids(kind):
    names = ("berthd", "berth-keeper", "berth-mux") if kind == "berth" else ("tmux: server",)
    return [pid for name in names for pid in MACHINE.pids(name) if "/run/bench" in pathlib.Path(f"/proc/{pid}/cmdline").read_text()]


count = 0


def kinds():
    """How each wraps a program; a server of its own every time, since closing the terminal leaves the session."""
    global count
    count += 1
    return {"bare": [], "berth": ["berth", "-S", f"/run/bench{count}.sock", "new"], "tmux": ["tmux", "-S", f"/run/bench{count}.tmux", "-f", "/dev/null", "new"],
            "screen": ["screen", "-S", f"bench{count}"], "dtach": ["dtach", "-A", f"/run/bench{count}.dtach"]}


def shell(kind, words):
    client = Pty([*words, "/bin/sh"] if words else ["/bin/sh"], {"PS1": "$ "})
    time.sleep(0.7)  # probes and screens of greeting
    while client.read(0.2):
        pass
    return client


def throughput(rounds):
    """Seconds for `cat` of 200 MB ASCII until its last line shows."""
    line = b"The quick brown fox jumps over the lazy dog, again and again, 0123456789.\n"
    with open("/run/big", "wb") as file:
        file.write(line * (BIG // len(line)))
    times = {}
    for _ in range(rounds):
        for kind, words in kinds().items():
            client = shell(kind, words)
            client.answering = False
            client.write(b"cat /run/big; echo all-$((4+4))\n")
            begin = time.monotonic()
            tail = b""
            while b"all-8" not in tail:
                data = client.read(60)
                if not data:
                    raise AssertionError(f"{kind} stalls")
                tail = tail[-64:] + data
            times.setdefault(kind, []).append(time.monotonic() - begin)
            client.write(b"exit\n")
            time.sleep(0.3)
            client.close()
    bare = median(times["bare"])
    for kind, values in times.items():
        row(f"cat of 200 MB: {kind}", f"{bare / median(values):.2f}", f"{BIG / median(values) / 1e6:.0f} MB/s" + ("; asked: 0.8" if kind == "berth" else ""))


ECHO = "import os,tty\ntty.setraw(0)\nos.write(1,b'go')\nwhile True:\n    os.write(1,os.read(0,64))\n"


def echoes(rounds):
    """Microseconds from a key to its echo by a raw program, p50."""
    (pathlib.Path("/run/echo.py")).write_text(ECHO)
    clients = {}
    for kind, words in kinds().items():
        clients[kind] = Pty([*words, "/usr/bin/python3", "/run/echo.py"])
        clients[kind].until(b"go")
        time.sleep(0.6)
        while clients[kind].read(0.2):
            pass
    times = {kind: [] for kind in clients}
    for number in range(rounds):
        for kind, client in clients.items():
            key = bytes([97 + number % 26])
            begin = time.perf_counter()
            client.write(key)
            data = b""
            while key not in data:
                data += client.read(5)
            times[kind].append((time.perf_counter() - begin) * 1e6)
            time.sleep(0.002)
    bare = median(times["bare"])
    for kind, values in times.items():
        row(f"echo p50: {kind}", f"{median(values) / bare:.2f}", f"{median(values):.0f} us" + ("; asked: 2.0" if kind == "berth" else ""))
    for client in clients.values():
        client.close()


def memory(machine):
    """Unique set size (private pages) of an idle session's processes, KiB."""
    client = Pty(machine.ssh("alice", options=["-tt"]))
    client.until(b"ready> ")
    time.sleep(1)
    for program, limit in (("berth-keeper", 1024), ("berth-mux", 3072), ("berthd", 4096), ("berth-login", 717)):
        pid = machine.pids(program)[0]
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        used = sum(int(found) for found in re.findall(r"^Private_\w+:\s+(\d+)", text, re.M))
        row(f"USS of {program}", f"{used} KiB", f"asked: {limit}")
    client.close()


def main():
    global MACHINE
    enter()
    tty_rounds = int(os.environ.get("BERTH_BENCH_ROUNDS", "5"))
    MACHINE = machine = Machine(sys.argv[1])
    login_to_prompt(machine, tty_rounds * 10)
    memory(machine)
    machine.berth("alice", "kill-server", check=False)
    starts(tty_rounds * 4)
    echoes(tty_rounds * 200)
    throughput(max(1, tty_rounds // 2))
    for process in machine.processes:
        process.kill()


if __name__ == "__main__":
    main()
