"""Sessions that are typed into and print while what carries them is killed at random: clients, the mux, berthd, both at once; a client
that is stopped; windows that change their size and are split. After each fault every program is alive, every typed line has arrived
once, and every history is what the program's own numbering says.

usage: chaos.py BUILD [--minutes N] [--seed S] [--sessions N]
"""

import argparse
import os
import pathlib
import random
import re
import signal
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

from machine import Machine, Screen, enter, wait_for  # noqa: E402
from worker import printed  # noqa: E402

USER = "alice"
HOME = pathlib.Path("/run/home") / USER
FREE_DEATHS = 4  # of a mux in a minute: berthd delays the sixth; a new berthd counts anew
TAIL = 400       # lines of history that every step compares; the last one compares all


def plain(text):
    return re.sub(r"\033\[[0-9;]*m", "", text)


class Session:
    def __init__(self, machine, name):
        self.machine = machine
        self.name = name
        self.log = HOME / f"{name}.log"
        self.typed = []
        self.lines = ["begin"]
        self.count = 0
        self.screen = None
        self.login()
        self.screen.wait_prompt()
        self.screen.line(f"exec /usr/bin/python3 {HOME}/worker.py {name} {self.log}")
        self.screen.wait("begin")
        self.pid = int(wait_for(lambda: self.berth("list-panes", "-t", name, "-F", "#{pane_pid}"), "the pane's program is known").split()[0])

    def berth(self, *words):
        return self.machine.berth(USER, *words, check=False).stdout

    def login(self):
        self.screen = Screen(self.machine.ssh(USER, options=("-o", f"SetEnv=LC_BERTH={self.name}")))

    def type(self, word, size):
        line = f"{len(self.typed)} {word} {size}"
        self.typed.append(line)
        self.screen.line(line)
        if word == "print":
            for _ in range(size):
                self.lines.append(plain(printed(self.name, self.count)))
                self.count += 1
        self.lines.append(f"{self.name} did {len(self.typed) - 1}")

    def arrived(self):
        return self.log.read_text().split("\n")[:-1] if self.log.exists() else []

    def history(self, start):
        return [line.rstrip() for line in self.berth("capture-pane", "-p", "-J", "-S", str(start), "-t", f"{self.name}:0.0").rstrip("\n").split("\n")]

    def check(self, start=-TAIL):
        wait_for(lambda: len(self.arrived()) >= len(self.typed), lambda: f"{self.name}: {self.typed[-1]!r} arrives; the last that did: {self.arrived()[-3:]}\n{self.screen.text()}")
        assert self.arrived() == self.typed, f"{self.name}: typed lines arrived otherwise: {self.arrived()[-5:]}"
        os.kill(self.pid, 0)
        last = self.lines[-1]
        shown = wait_for(lambda: (lambda found: found if found[-1:] == [last] else None)(self.history(start)), lambda: f"{self.name}: {last!r} in the history:\n{self.history(-5)}")
        expected = [line.rstrip() for line in self.lines[-len(shown):]]
        if shown != expected:
            for at, (one, other) in enumerate(zip(shown, expected)):
                if one != other:
                    raise AssertionError(f"{self.name}: line {at - len(shown)} from the end is {one!r} instead of {other!r}")
            raise AssertionError(f"{self.name}: {len(shown)} lines instead of {len(expected)}")
        assert len(shown) >= min(len(self.lines), TAIL if start else len(self.lines)), (len(shown), len(self.lines))
        wait_for(lambda: last in self.screen.text(), lambda: f"{self.name}: the client shows {last!r}:\n{self.screen.text()}")


class Chaos:
    def __init__(self, build, seed, sessions):
        self.random = random.Random(seed)
        self.machine = Machine(build, users={USER: "/bin/bash"})
        (HOME / "worker.py").write_text((HERE / "worker.py").read_text())
        os.chmod(HOME / "worker.py", 0o644)
        self.sessions = [Session(self.machine, f"s{number}") for number in range(sessions)]
        self.deaths = 0
        self.faults = {}

    def kill_mux(self):
        pids = self.machine.pids("berth-mux")
        for pid in pids:
            self.machine.kill(pid)
        self.deaths += 1

    def kill_berthd(self):
        self.machine.kill(self.machine.berthd.pid)
        self.machine.berthd.wait()

    def fault_mux(self):
        self.kill_mux()

    def fault_mux_again(self):  # while the next one takes over
        self.kill_mux()
        wait_for(lambda: self.machine.pids("berth-mux"), "another mux")
        time.sleep(self.random.random() * 0.05)
        self.kill_mux()

    def fault_berthd(self):
        self.kill_berthd()
        time.sleep(self.random.random() * 0.1)
        self.machine.start_berthd()
        self.deaths = 0

    def fault_both(self):
        self.kill_berthd()
        self.kill_mux()
        self.machine.start_berthd()
        self.deaths = 0

    def fault_stopped_client(self):
        screen = self.random.choice(self.sessions).screen
        os.kill(screen.pid(), signal.SIGSTOP)
        self.kill_mux()
        time.sleep(self.random.random() * 0.3)
        os.kill(screen.pid(), signal.SIGCONT)

    def fault_client(self):  # what is typed is known to have arrived: ssh may hold the rest
        session = self.random.choice(self.sessions)
        wait_for(lambda: len(session.arrived()) == len(session.typed), "all that was typed arrives")
        os.kill(session.screen.pid(), signal.SIGKILL)
        session.screen.close()
        if self.random.random() < 0.5:
            self.kill_mux()
        session.login()

    def change_windows(self):
        session = self.random.choice(self.sessions)
        session.screen.resize(self.random.randint(15, 40), self.random.choice((72, 80, 100, 132)))
        if self.random.random() < 0.3:
            panes = session.berth("list-panes", "-t", session.name, "-F", "#{pane_id}").split()
            if len(panes) > 1:
                session.berth("kill-pane", "-t", panes[1])
            else:
                session.berth("split-window", "-d", "-l", "4", "-t", session.name, "sleep 100000")

    def type_somewhere(self):
        for session in self.sessions:
            if self.random.random() < 0.7:
                word = self.random.choice(("print", "print", "print", "screen", "nothing"))
                session.type(word, self.random.randint(1, 300) if word == "print" else self.random.randint(1, 5))

    def step(self):
        names = ["mux", "mux_again", "berthd", "both", "client", "stopped_client"]
        weights = [6, 2, 2, 2, 3, 1]
        if self.deaths >= FREE_DEATHS - 1:
            names, weights = ["berthd", "both"], [1, 1]
        name = self.random.choices(names, weights)[0]
        if self.random.random() < 0.3:
            self.change_windows()
        self.type_somewhere()
        time.sleep(self.random.choice((0, 0, 0.002, 0.01, 0.05)))
        getattr(self, f"fault_{name}")()
        self.faults[name] = self.faults.get(name, 0) + 1
        if name not in ("client",):
            self.type_somewhere()
        for session in self.sessions:
            session.check()
        return name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--sessions", type=int, default=4)
    options = parser.parse_args()
    enter()
    seed = options.seed if options.seed is not None else int.from_bytes(os.urandom(3), "big")
    print(f"seed {seed}", flush=True)
    chaos = Chaos(options.build, seed, options.sessions)
    end = time.monotonic() + options.minutes * 60
    status = 0
    name = "none"
    try:
        while time.monotonic() < end:
            name = chaos.step()
        for session in chaos.sessions:
            session.check(0 if len(session.lines) < 45000 else -TAIL)
    except Exception as error:
        status = 1
        print(f"FAILED after {sum(chaos.faults.values())} faults, at {name}: {type(error).__name__}: {error}\n{chaos.machine.logs()}", flush=True)
    lines = sum(len(session.lines) for session in chaos.sessions)
    typed = sum(len(session.typed) for session in chaos.sessions)
    print(f"{sum(chaos.faults.values())} faults ({', '.join(f'{count} {name}' for name, count in sorted(chaos.faults.items()))}); "
          f"{lines} lines printed, {typed} typed; {'something was lost, doubled or wrong' if status else '0 lost, 0 doubled'}")
    for process in chaos.machine.processes:
        process.kill()
    sys.exit(status)


if __name__ == "__main__":
    main()
