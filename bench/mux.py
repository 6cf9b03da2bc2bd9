"""The multiplexer's figures beside tmux's, measured in turns; medians and percentiles.

    tools/bench mux [BUILD]     (a release build; private servers of the caller's, no root)
"""

import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

SESSIONS = 100
PANES = 1000
ROUNDS = 60
KEYS = 200
PATIENCE = 60


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(len(ordered) * percent / 100))]


class Program:
    """tmux or berth with a server of its own."""

    def __init__(self, name, build, folder):
        self.name = name
        self.folder = folder
        folder.mkdir()
        self.environment = {
            "PATH": f"{build}/bin:/usr/bin:/bin", "HOME": str(folder), "SHELL": "/bin/sh", "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "TMUX_TMPDIR": str(folder), "BERTH_TMPDIR": str(folder), "PS1": "$ ",
        }
        self.words = [shutil.which(name, path=self.environment["PATH"]), "-S", str(folder / "socket"), "-f", "/dev/null"]

    def run(self, *words):
        return subprocess.run([*self.words, *map(str, words)], env=self.environment, capture_output=True, text=True, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL, check=True).stdout

    def timed(self, *words):
        begin = time.perf_counter()
        self.run(*words)
        return (time.perf_counter() - begin) * 1000

    def pss(self):
        """KiB of the process that holds the sessions."""
        pid = self.run("display-message", "-p", "#{pid}").strip()
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
        raise AssertionError("no Pss")

    def end(self):
        subprocess.run([*self.words, "kill-server"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


class Control:
    """A client in control mode: a command's answer without a new process."""

    def __init__(self, program):
        self.process = subprocess.Popen([*program.words, "-C", "attach-session"], env=program.environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, bufsize=0)
        self.data = b""
        self.ask("refresh-client -f no-output")

    def ask(self, line):
        mark = f"mark-{time.perf_counter_ns()}"
        begin = time.perf_counter()
        self.process.stdin.write(f"{line}\n".encode())
        self.until(re.compile(rb"^%(end|error) ", re.M))
        took = (time.perf_counter() - begin) * 1000
        self.process.stdin.write(f"display-message -p {mark}\n".encode())
        self.until(re.compile(mark.encode() + rb"\n%end [^\n]*\n"))
        return took

    def until(self, pattern):
        while not (found := pattern.search(self.data)):
            piece = self.process.stdout.read(65536)
            assert piece, "the control client ended"
            self.data += piece
        self.data = self.data[found.end():]

    def end(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)


class Terminal:
    """An attached client's pty, which answers what is asked of it."""

    ANSWERS = [(re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"), (re.compile(rb"\x1b\[5n"), b"\x1b[0n"), (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R")]

    def __init__(self, program):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(program.words[0], [*program.words, "attach-session"], program.environment)
        termios.tcsetwinsize(self.fd, (50, 160))
        os.kill(self.pid, signal.SIGWINCH)

    def read(self, seconds):
        if not select.select([self.fd], [], [], seconds)[0]:
            return b""
        data = os.read(self.fd, 65536)
        for query, answer in self.ANSWERS:
            if query.search(data):
                os.write(self.fd, answer)
        return data

    def settle(self, seconds=0.5):
        while self.read(seconds):
            pass

    def until(self, text):
        data = b""
        end = time.monotonic() + PATIENCE
        while text not in data:
            assert time.monotonic() < end, f"{text!r} did not come"
            data = data[-200:] + self.read(1)

    def send(self, data):
        os.write(self.fd, data)

    def end(self):
        os.kill(self.pid, signal.SIGHUP)
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def echo_times(terminal):
    """Milliseconds from a key to what the pane prints for it, at the pace of a fast typist: letters that nothing else prints, in one cell."""
    times = []
    for number in range(KEYS):
        letter = b"QZ"[number % 2:number % 2 + 1]
        end = time.monotonic() + 0.03
        while time.monotonic() < end:
            terminal.read(0.005)
        begin = time.perf_counter()
        terminal.send(letter)
        terminal.until(letter)
        times.append((time.perf_counter() - begin) * 1000)
        terminal.send(b"\r")
    return times


def measure_sessions(programs):
    times = {program.name: [] for program in programs}
    for program in programs:
        program.run("new-session", "-d", "sleep 9999")
    for _ in range(ROUNDS):
        for program in programs:
            times[program.name].append(program.timed("new-session", "-d", "sleep 9999"))
    memory = {}
    for program in programs:
        for _ in range(SESSIONS - ROUNDS - 1):
            program.run("new-session", "-d", "sleep 9999")
        first = program.pss()
        for _ in range(SESSIONS):
            program.run("new-session", "-d", "sleep 9999")
        memory[program.name] = (first, (program.pss() - first) / SESSIONS)
        program.end()
    for program in programs:
        name = program.name
        print(f"new-session -d, warm      {name:6} median {percentile(times[name], 50):7.2f} ms  p99 {percentile(times[name], 99):7.2f} ms")
    for program in programs:
        first, each = memory[program.name]
        print(f"{SESSIONS} idle sessions, PSS    {program.name:6} {first:7} KiB  each further {each:6.1f} KiB")


def measure_panes(programs):
    for program in programs:
        program.run("new-session", "-d", "-x", 200, "-y", 50, "sleep 9999")
        control = Control(program)
        for _ in range(PANES // 4 - 1):
            control.ask("new-window -d 'sleep 9999'")
        for _ in range(3):
            for window in range(PANES // 4):
                control.ask(f"split-window -d -t :{window} 'sleep 9999'")
        times = [control.ask("display-message -p '#{pane_id} #{window_name}'") for _ in range(500)]
        count = len(program.run("list-panes", "-a", "-F", "x").split())
        print(f"{count} panes, a command  {program.name:6} median {percentile(times, 50):7.3f} ms  p99 {percentile(times, 99):7.3f} ms")
        control.end()
        program.end()


def measure_echo(programs):
    for program in programs:
        program.run("new-session", "-d", "-x", 160, "-y", 49, "stty raw -echo; exec cat")
        for _ in range(2):
            program.run("split-window", "-d", "exec cat")
        program.run("split-window", "-d", "read x; while :; do echo abcdefghijklmnopqrstuvwxyz0123456789; done")
        program.run("select-layout", "tiled")
        terminal = Terminal(program)
        terminal.settle()
        idle = echo_times(terminal)
        program.run("send-keys", "-t", ":.1", "Enter")
        flooding = program.run("list-panes", "-F", "#{pane_index} #{pane_start_command}")
        pane = next(line.split()[0] for line in flooding.splitlines() if "while" in line)
        program.run("send-keys", "-t", f":.{pane}", "Enter")
        time.sleep(1)
        busy = echo_times(terminal)
        first, second = percentile(idle, 99), percentile(busy, 99)
        print(f"echo, four panes          {program.name:6} idle p50 {percentile(idle, 50):6.2f} p99 {first:6.2f} ms  "
              f"one flooding p50 {percentile(busy, 50):6.2f} p99 {second:6.2f} ms  ratio {second / first:4.1f}")
        program.end()
        terminal.end()


def measure_tree(programs):
    for program in programs:
        program.run("new-session", "-d", "-x", 160, "-y", 49, "exec cat")
        for number in range(199):
            program.run("new-window", "-d", "-n", f"window{number}", "exec cat")
        terminal = Terminal(program)
        terminal.settle()
        times = []
        for _ in range(20):
            begin = time.perf_counter()
            terminal.send(b"\x02w")
            terminal.until(b"window5")
            times.append((time.perf_counter() - begin) * 1000)
            terminal.send(b"q")
            terminal.settle(0.1)
        print(f"choose-tree, 200 windows  {program.name:6} median {percentile(times, 50):7.2f} ms  p99 {percentile(times, 99):7.2f} ms")
        program.end()
        terminal.end()


def measure_configuration(programs, folder):
    lines = []
    for number in range(500):
        lines += [f"set -g @option{number} 'value {number}'", f"bind-key -T table{number % 9} F{number % 12 + 1} select-pane -t :.+ \\; resize-pane -Z",
                  f"%if \"#{{==:{number % 2},1}}\"\nset -g status-left '#[fg=green]#{{session_name}} {number}'\n%endif",
                  "setw -g mode-keys vi"][:4]
    text = "\n".join(lines).splitlines()[:2000]
    while text.count("%if") > text.count("%endif") or text[-1].startswith("%if") or text[-1].startswith("set -g status-left"):
        text.pop()
    path = folder / "conf"
    path.write_text("\n".join(text) + "\n")
    times = {program.name: [] for program in programs}
    base = {program.name: [] for program in programs}
    for program in programs:
        program.run("new-session", "-d", "exec cat")
    for _ in range(20):
        for program in programs:
            base[program.name].append(program.timed("display-message", "-p", "x"))
            times[program.name].append(program.timed("source-file", path))
    for program in programs:
        took = percentile(times[program.name], 50)
        print(f"{len(text)} lines of configuration {program.name:6} median {took:7.2f} ms, less an empty command {took - percentile(base[program.name], 50):7.2f} ms")
        program.end()


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    for name in ("TMUX", "TMUX_PANE", "BERTH"):
        os.environ.pop(name, None)
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        programs = [Program(each, build, folder / each) for each in ("tmux", "berth")]
        measures = {"sessions": measure_sessions, "panes": measure_panes, "echo": measure_echo, "tree": measure_tree,
                    "configuration": lambda them: measure_configuration(them, folder)}
        wanted = sys.argv[2:] or list(measures)
        for each in wanted:
            try:
                measures[each](programs)
            except (AssertionError, subprocess.SubprocessError, OSError) as wrong:
                print(f"{each}: {wrong}")
            finally:
                for program in programs:
                    program.end()
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
