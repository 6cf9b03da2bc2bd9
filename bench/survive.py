"""How long a screen stands still when berth-mux is killed: from SIGKILL to the first byte of the repainted screen that shows the
program's line, 10 sessions with 50,000 lines of history each, one of them attached.

    tools/bench survive [BUILD] [ROUNDS]
"""

import os
import pathlib
import pty
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import termios
import time

SESSIONS, LINES = 10, 50_000


def pids(program, parent):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text() if entry.name.isdigit() else ""
        except OSError:
            continue
        if stat and stat[stat.index("(") + 1 : stat.rindex(")")] == program and int(stat[stat.rindex(")") + 2 :].split()[1]) == parent:
            found.append(int(entry.name))
    return found


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError("did not happen")
        time.sleep(0.0005)
    return value


def main():
    build = pathlib.Path(sys.argv[1]).resolve() / "bin"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    folder = tempfile.mkdtemp(prefix="berth-bench-")
    environment = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE", "BERTH")} | {"SHELL": "/bin/sh", "TERM": "xterm-256color"}
    words = [str(build / "berth"), "-S", f"{folder}/sock", "-f", "/dev/null"]

    def berth(*more):
        return subprocess.run([*words, *more], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120).stdout

    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(words[0], [*words, "new", "-s", "s0"], environment)
    termios.tcsetwinsize(terminal, (24, 80))
    for number in range(1, SESSIONS):
        wait_for(lambda: "s0" in berth("ls"))
        berth("new", "-d", "-s", f"s{number}", "-x", "80", "-y", "24")
    for number in range(SESSIONS):
        berth("send-keys", "-t", f"s{number}", f"seq -f 'line %.0f of the history of a session' {LINES}; printf '\\033]0;t\\007'; echo full-$((1+1))", "Enter")

    def drain(seconds):
        data = b""
        while select.select([terminal], [], [], seconds)[0]:
            data += os.read(terminal, 65536)
        return data

    for number in range(SESSIONS):
        wait_for(lambda: drain(0) is not None and "full-2" in berth("capture-pane", "-p", "-t", f"s{number}"))
    berth("send-keys", "-t", "s0", "clear; echo mark-$((20+22))", "Enter")
    time.sleep(0.5)
    drain(0.3)
    broker = int(subprocess.run(["fuser", f"{folder}/sock"], capture_output=True, text=True).stdout.split()[0]) if shutil.which("fuser") else None
    if broker is None:
        broker = next(int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit() and folder.encode() in (entry / "cmdline").read_bytes() and b"berthd" in (entry / "cmdline").read_bytes())
    times, deaths = [], 0
    for _ in range(rounds):
        if deaths == 5:  # berthd delays what dies oftener within a minute
            time.sleep(61)
            deaths = 0
        mux = wait_for(lambda: pids("berth-mux", broker))[0]
        drain(0.3)
        begin = time.monotonic()
        os.kill(mux, signal.SIGKILL)
        data = b""
        while b"mark-42" not in data:
            if not select.select([terminal], [], [], 30)[0]:
                raise AssertionError(f"no repainted screen: {data[-200:]!r}")
            data += os.read(terminal, 65536)
        times.append((time.monotonic() - begin) * 1000)
        deaths += 1
    times.sort()
    print(f"{len(times)} kills of berth-mux, {SESSIONS} sessions of {LINES} lines: p50 {statistics.median(times):.0f} ms, p99 {times[min(len(times) - 1, int(len(times) * 0.99))]:.0f} ms, most {times[-1]:.0f} ms")
    berth("kill-server")
    shutil.rmtree(folder, ignore_errors=True)


main()
