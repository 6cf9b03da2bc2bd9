"""What crashes and upgrades cost, on a private server of its own; writes docs/bench-survive.md and docs/bench-survive.svg.

Recovery: from SIGKILL of berth-mux to the last byte of the repainted screen that shows the program's line; SESSIONS sessions with LINES lines
of history each. Memory: what the keeper holds for the next mux, by the blocks of each file. Upgrade: one server with UPGRADED sessions,
one of which prints a line every millisecond into the terminal; the longest time without a byte.

    tools/bench survive [BUILD] [KILLS]
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

ROOT = pathlib.Path(__file__).resolve().parents[1]
SESSIONS, LINES, UPGRADED = 10, 50_000, 200
FREE_DEATHS = 4  # berthd delays what dies oftener within a minute; a new berthd counts anew
PROGRAMS = ("berth", "berthd", "berth-keeper", "berth-mux")
ASKED = {"p50": 50, "p99": 200, "upgrade": 200, "pane": 1024}
WIDTH, HEIGHT, LEFT, TOP = 720, 220, 46, 40


def processes(program, folder):
    """Of that name, and with the folder in its words."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "comm").read_text() == program + "\n" and os.fsencode(folder) in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            pass  # it has ended
    return found


def wait_for(condition, what, seconds=120):
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"did not happen: {what}")
        time.sleep(0.0005)
    return value


class Server:
    """A private server with programs of its own, and one attached terminal."""

    def __init__(self, build):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-bench-"))
        for name in PROGRAMS:
            shutil.copy2(build / name, self.folder / name)
        self.environment = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE", "BERTH", "BERTH_LIBEXEC")}
        self.environment |= {"SHELL": "/bin/sh", "TERM": "xterm-256color"}
        self.words = [str(self.folder / "berth"), "-S", str(self.folder / "socket"), "-f", "/dev/null"]
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.execve(self.words[0], [*self.words, "new", "-s", "s0", "-x", "80", "-y", "24"], self.environment)
        termios.tcsetwinsize(self.terminal, (24, 80))
        wait_for(lambda: self.drain() is not None and "s0" in self.berth("ls"), "the first session")

    def berth(self, *words):
        return subprocess.run([*self.words, *words], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120).stdout

    def drain(self, seconds=0.0):
        data = b""
        while select.select([self.terminal], [], [], seconds)[0]:
            data += os.read(self.terminal, 65536)
        return data

    def wait_shown(self, session, text):
        wait_for(lambda: self.drain() is not None and text in self.berth("capture-pane", "-p", "-t", f"{session}:"), f"{text} in {session}")

    def pid(self, program):
        return wait_for(lambda: processes(program, self.folder), program)[0]

    def end(self):
        self.berth("kill-server")
        os.close(self.terminal)
        shutil.rmtree(self.folder)


def held(keeper):
    """KiB in memory of the files that the keeper holds, by their names."""
    sizes = {}
    for entry in pathlib.Path(f"/proc/{keeper}/fd").iterdir():
        name = os.readlink(entry)
        if name.startswith("/memfd:"):
            name = name.removeprefix("/memfd:").split(" ")[0]
            sizes.setdefault(name, {})[entry.stat().st_ino] = entry.stat().st_blocks // 2
    return {name: sum(files.values()) for name, files in sorted(sizes.items())}


def recovery(build, kills):
    server = Server(build)
    for number in range(1, SESSIONS):
        server.berth("new", "-d", "-s", f"s{number}", "-x", "80", "-y", "24")
    for number in range(SESSIONS):
        server.berth("set", "-t", f"s{number}", "history-limit", str(LINES))
        server.berth("send-keys", "-t", f"s{number}:", f"seq -f 'line %.0f of the history of a session' {LINES}; echo full-$((1+1))", "Enter")
    for number in range(SESSIONS):
        server.wait_shown(f"s{number}", "full-2")
    server.berth("send-keys", "-t", "s0:", "clear; echo mark-$((20+22))", "Enter")
    server.wait_shown("s0", "mark-42")
    times = []
    for number in range(kills):
        if number % FREE_DEATHS == 0 and number > 0:
            os.kill(server.pid("berthd"), signal.SIGKILL)
            wait_for(lambda: "s0" in server.berth("ls"), "another berthd")
        mux = server.pid("berth-mux")
        server.drain(0.3)
        begin = time.monotonic()
        os.kill(mux, signal.SIGKILL)
        data = b""
        while b"mark-42" not in data:
            if not select.select([server.terminal], [], [], 30)[0]:
                raise AssertionError(f"no repainted screen: {data[-200:]!r}")
            data += os.read(server.terminal, 65536)
        times.append((time.monotonic() - begin) * 1000)
        print(f"\r{len(times)} kills", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    lines = [int(word) for word in server.berth("list-panes", "-a", "-F", "#{history_size}").split()]
    assert len(lines) == SESSIONS, lines
    memory = held(server.pid("berth-keeper"))
    server.end()
    return sorted(times), memory


def upgrade(build):
    server = Server(build)
    for number in range(1, UPGRADED):
        server.berth("new", "-d", "-s", f"s{number}", "-x", "80", "-y", "24")
    wait_for(lambda: server.drain() is not None and len(server.berth("ls").splitlines()) == UPGRADED, "all sessions")
    server.berth("send-keys", "-t", "s0:", "clear; exec python3 -c 'import time\nwhile True: print(time.monotonic(), flush=True); time.sleep(0.001)'", "Enter")
    server.wait_shown("s0", ".")
    mux = server.folder / "berth-mux"
    before = server.pid("berth-mux")
    (server.folder / "new").write_bytes(mux.read_bytes() + b"\0")  # the same program, another file
    (server.folder / "new").chmod(0o755)
    (server.folder / "new").rename(mux)
    under_way = subprocess.Popen([*server.words, "admin", "upgrade"], env=server.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    longest, last, end = 0.0, time.monotonic(), time.monotonic() + 60
    after = None
    while after is None or time.monotonic() < after + 1:
        if select.select([server.terminal], [], [], 0.5)[0]:
            os.read(server.terminal, 65536)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        if after is None and under_way.poll() is not None:
            after = time.monotonic()
        assert time.monotonic() < end, "the upgrade does not end"
    assert under_way.returncode == 0 and server.pid("berth-mux") != before, under_way.stdout.read()
    assert len(server.berth("ls").splitlines()) == UPGRADED
    server.end()
    return longest * 1000


def table(times, memory, freeze):
    panes = sum(size for name, size in memory.items() if name != "berth-shelf") / SESSIONS
    p = lambda share: times[min(len(times) - 1, int(len(times) * share))]
    rows = [(f"recovery after SIGKILL of the mux, {len(times)} times, p50", f"{statistics.median(times):.0f} ms", f"{ASKED['p50']} ms"),
            ("the same, p99", f"{p(0.99):.0f} ms", f"{ASKED['p99']} ms"), ("the same, longest", f"{times[-1]:.0f} ms", ""),
            (f"an upgrade of one mux with {UPGRADED} sessions: longest time without output", f"{freeze:.0f} ms", f"{ASKED['upgrade']} ms"),
            ("held for the next mux, a pane, without its history", f"{panes:.0f} KiB", f"{ASKED['pane']} KiB"),
            (f"history of {LINES} lines, a pane", f"{memory.get('berth-shelf', 0) / SESSIONS:.0f} KiB", "")]
    return ["| | measured | asked, at most |", "|---|--:|--:|", *(f"| {' | '.join(row)} |" for row in rows)]


def picture(times, heading):
    """Every recovery, from the shortest to the longest."""
    most = max(times[-1], ASKED["p99"])
    across = lambda index: LEFT + (WIDTH - LEFT - 16) * index / max(len(times) - 1, 1)
    up = lambda value: HEIGHT - 26 - (HEIGHT - 26 - TOP) * value / most
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="white"/>', f'<text x="10" y="16" font-size="13">{heading}</text>']
    for value in (0, ASKED["p50"], ASKED["p99"]):
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{up(value):.1f}" y2="{up(value):.1f}" stroke="#ccc"/>'
                   f'<text x="{LEFT - 4}" y="{up(value) + 4:.1f}" text-anchor="end">{value} ms</text>')
    points = " ".join(f"{across(index):.1f},{up(value):.1f}" for index, value in enumerate(times))
    out.append(f'<polyline fill="none" stroke="#2f6fb2" stroke-width="2" points="{points}"/>')
    out.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">{len(times)} kills, from the shortest recovery to the longest</text></svg>')
    return "\n".join(out) + "\n"


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def main():
    build = pathlib.Path(sys.argv[1]).resolve() / "bin"
    load = os.getloadavg()[0]
    times, memory = recovery(build, int(sys.argv[2]) if len(sys.argv) > 2 else 100)
    print(", ".join(f"{name} {size} KiB" for name, size in memory.items()), flush=True)
    rows = table(times, memory, upgrade(build))
    print("\n".join(rows))
    heading = "Recovery of a killed mux"
    about = [f"# {heading}, and upgrades", "", f"Made by `tools/bench survive` on {processor()}, {os.cpu_count()} processors, load average {load:.1f} when it began. "
             f"A private server; {SESSIONS} sessions with {LINES} lines of history each; from the signal to the repainted screen.", "",
             "![recovery](bench-survive.svg)", "", *rows]
    (ROOT / "docs/bench-survive.md").write_text("\n".join(about) + "\n")
    (ROOT / "docs/bench-survive.svg").write_text(picture(times, heading))


main()
