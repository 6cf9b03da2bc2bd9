"""A session of tests/chaos: a real terminal with an ssh login in it, the program that runs there, and what must be seen of both."""

import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

from machine import Screen, wait_for  # noqa: E402
from worker import FRAME_ROWS, frame, printed  # noqa: E402

USER = "alice"
HOME = pathlib.Path("/run/home") / USER
TAIL = 400  # lines of history that every step compares; the last one compares all
PLAIN_SHELL = "; this is the plain login shell"


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
        self.drawn = None  # turns of the full screen that stays
        self.plain_shells = 0
        self.screen = None
        self.login()
        self.settle()  # the first login, too, may have ended in the plain shell on a busy machine
        self.screen.wait_prompt()
        self.screen.line(f"exec /usr/bin/python3 {HOME}/worker.py {name} {self.log}")
        self.screen.wait("begin")
        self.pid = int(wait_for(lambda: self.berth("list-panes", "-t", name, "-F", "#{pane_pid}"), "the pane's program is known").split()[0])

    def berth(self, *words):
        return self.machine.berth(USER, *words, check=False).stdout

    def login(self):
        self.screen = Screen(self.machine.ssh(USER, options=("-o", f"SetEnv=LC_BERTH={self.name}")))

    def client(self):
        """The pid of berth-login, if the session has a client."""
        found = self.berth("list-clients", "-t", f"={self.name}", "-F", "#{client_pid}").split()
        return int(found[0]) if found else None

    def text(self):
        """What the terminal shows. A login while nothing answered within 2 s is in the plain shell, as promised: it is repeated."""
        text = self.screen.text()
        if PLAIN_SHELL in text:
            self.plain_shells += 1
            self.screen.close()
            self.login()
        return text

    def settle(self):
        wait_for(lambda: PLAIN_SHELL not in self.text() and self.client() is not None, lambda: f"{self.name} has a client; the last that arrived: {self.arrived()[-3:]}\n{self.screen.text()}")

    def type(self, word, size):
        line = f"{len(self.typed)} {word} {size}"
        self.typed.append(line)
        self.screen.line(line)
        if word == "print":
            for _ in range(size):
                self.lines.append(plain(printed(self.name, self.count)))
                self.count += 1
        self.lines.append(f"{self.name} did {len(self.typed) - 1}")
        self.drawn = size if word == "draw" else None

    def arrived(self):
        return self.log.read_text().split("\n")[:-1] if self.log.exists() else []

    def wait_arrived(self):
        wait_for(lambda: len(self.arrived()) >= len(self.typed), lambda: f"{self.name}: {self.typed[-1]!r} arrives; the last that did: {self.arrived()[-3:]}\n{self.screen.text()}")

    def capture(self, *words):
        return [line.rstrip() for line in self.berth("capture-pane", "-p", *words, "-t", f"{self.name}:0.0").rstrip("\n").split("\n")]

    def check(self, start=f"-{TAIL}"):
        """`start`: of capture-pane; "-": all of the history."""
        self.settle()
        self.wait_arrived()
        assert self.arrived() == self.typed, f"{self.name}: typed lines arrived otherwise: {self.arrived()[-5:]}"
        os.kill(self.pid, 0)
        if self.drawn is None:
            self.check_history(start)
        else:
            self.check_screen()

    def check_history(self, start):
        last = self.lines[-1]
        history = lambda first: self.capture("-J", "-S", first)
        shown = wait_for(lambda: (lambda found: found if found[-1:] == [last] else None)(history(start)), lambda: f"{self.name}: {last!r} in the history:\n{history('-5')}")
        expected = [line.rstrip() for line in self.lines[-len(shown):]]
        if shown != expected:
            for at, (one, other) in enumerate(zip(shown, expected)):
                if one != other:
                    raise AssertionError(f"{self.name}: line {at - len(shown)} from the end is {one!r} instead of {other!r}")
            raise AssertionError(f"{self.name}: {len(shown)} lines instead of {len(expected)}")
        assert len(shown) >= min(len(self.lines), len(self.lines) if start == "-" else TAIL), (
            f"{self.name}: {len(shown)} lines of {len(self.lines)}; the pane: {self.berth('list-panes', '-t', self.name)}, again: {len(history(start))}")
        wait_for(lambda: last in self.text(), lambda: f"{self.name}: the client shows {last!r}:\n{self.screen.text()}")

    def check_screen(self):
        """The other screen stays: what the pane has, and what the client shows."""
        expected = [line.rstrip() for line in frame(self.name, self.drawn)]
        rows = lambda lines: (lines + [""] * FRAME_ROWS)[:FRAME_ROWS]
        wait_for(lambda: rows(self.capture()) == expected, lambda: f"{self.name}: the pane has {expected}:\n{self.capture()}")
        seen = lambda: rows([line.rstrip() for line in self.text().split("\n")])
        wait_for(lambda: seen() == expected, lambda: f"{self.name}: the client shows {expected}:\n{self.screen.text()}")
