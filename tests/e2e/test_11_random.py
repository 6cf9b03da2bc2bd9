"""Random commands at a mux, always the same ones: whatever they do, the server lives, every session has a current window, every window an
active pane, and panes tile their windows exactly."""

import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

from machine import PATIENCE, enter, sanitizer_reports

SEED = int(os.environ.get("BERTH_RANDOM_SEED", "20"))
COMMANDS = int(os.environ.get("BERTH_RANDOM_COMMANDS", "1500"))
SECONDS = 50
BATCH = 5
MOST_PANES = 40
LAYOUTS = ("even-horizontal", "even-vertical", "main-horizontal", "main-vertical", "tiled")
EVERYTHING = "#{session_id} #{window_index} #{window_id} #{window_active} #{window_width} #{window_height} #{window_zoomed_flag} " \
             "#{window_layout} #{pane_id} #{pane_active} #{pane_left} #{pane_top} #{pane_width} #{pane_height}"


class Cell:
    """A cell of a layout string: "80x24,0,0,5" or "80x24,0,0{…}" or "80x24,0,0[…]"."""

    def __init__(self, text, at=0):
        match = re.compile(r"(\d+)x(\d+),(\d+),(\d+)").match(text, at)
        assert match, f"no cell at {at} of {text}"
        self.width, self.height, self.left, self.top = map(int, match.groups())
        self.children, self.pane, self.kind, self.end = [], None, "", match.end()
        if text[self.end:self.end + 1] in ("{", "["):
            self.kind = text[self.end]
            while text[self.end] not in ("}", "]"):
                child = Cell(text, self.end + 1)
                self.children.append(child)
                self.end = child.end
            self.end += 1
        else:
            match = re.compile(r",(\d+)").match(text, self.end)
            assert match, f"no pane at {self.end} of {text}"
            self.pane, self.end = int(match.group(1)), match.end()

    def check(self, leaves):
        assert self.width > 0 and self.height > 0, "an empty cell"
        if self.pane is not None:
            leaves[self.pane] = self
            return
        assert len(self.children) > 1, "a node with one child"
        left, top = self.left, self.top
        for child in self.children:
            assert (child.left, child.top) == (left, top), "a gap between cells"
            if self.kind == "{":
                assert child.height == self.height, "a column of another height"
                left += child.width + 1
            else:
                assert child.width == self.width, "a row of another width"
                top += child.height + 1
            child.check(leaves)
        if self.kind == "{":
            assert left - 1 == self.left + self.width, "columns do not fill their row"
        else:
            assert top - 1 == self.top + self.height, "rows do not fill their column"


def check(lines):
    panes, windows, current = {}, {}, {}
    for line in lines:
        session, index, window, active, width, height, zoomed, layout, pane, pane_active, *place = line.split(" ")
        current.setdefault(session, set())
        if active == "1":
            current[session].add(index)
        windows[window] = (int(width), int(height), zoomed, layout)
        panes.setdefault(window, {})[int(pane[1:])] = (pane_active, tuple(map(int, place)))
    for session, indices in current.items():
        assert len(indices) == 1, f"session {session} has the current windows {indices}"
    for window, (width, height, zoomed, layout) in windows.items():
        root, leaves = Cell(layout, layout.index(",") + 1), {}
        root.check(leaves)
        assert (root.width, root.height, root.left, root.top) == (width, height, 0, 0), f"{window} of {width}x{height} has the layout {layout}"
        assert leaves.keys() == panes[window].keys(), f"{window} has the panes {sorted(panes[window])} and the layout {layout}"
        active = [pane for pane, (is_active, _) in panes[window].items() if is_active == "1"]
        assert len(active) == 1, f"{window} has the active panes {active}"
        for pane, (_, place) in panes[window].items():
            leaf = leaves[pane]
            wanted = (0, 0, width, height) if zoomed == "1" and pane in active else (leaf.left, leaf.top, leaf.width, leaf.height)
            assert place == wanted, f"pane %{pane} is at {place}, its cell at {wanted}"


class Driver:
    def __init__(self, build, work):
        self.random = random.Random(SEED)
        self.words = [f"{build}/bin/berth", "-S", f"{work}/socket", "-f/dev/null"]
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": work, "SHELL": "/bin/sh", "LANG": "C.UTF-8", "TERM": "xterm-256color",
                            "BERTH_LOG": f"{work}/berthd.berth-log"}
        self.panes, self.windows, self.sessions = [], [], []

    def run(self, *words):
        return subprocess.run([*self.words, *words], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)

    def look(self):
        result = self.run("list-panes", "-a", "-F", EVERYTHING)
        assert result.returncode == 0, f"list-panes gave {result.returncode}: {result.stderr}"
        lines = result.stdout.splitlines()
        check(lines)
        rows = [line.split(" ") for line in lines]
        self.panes = sorted({row[8] for row in rows})
        self.windows = sorted({f"{row[0]}:{row[1]}" for row in rows})
        self.sessions = sorted({row[0] for row in rows})

    def command(self):
        pick = self.random.choice
        number = self.random.randint
        pane, other, window, target = pick(self.panes), pick(self.panes), pick(self.windows), pick(self.windows)
        few = len(self.panes) < MOST_PANES
        growing = [
            ["split-window", *pick(([], ["-h"], ["-b"], ["-hf"], ["-l", str(number(1, 30))], ["-l", f"{number(1, 99)}%"])), "-t", pane, "exec cat"],
            ["new-window", *pick(([], ["-d"], ["-a"], ["-b"])), "-t", window if number(0, 1) else pick(self.sessions) + ":", "exec cat"],
            ["new-session", "-d", "-x", str(number(1, 150)), "-y", str(number(1, 60)), "exec cat"],
        ]
        shrinking = [["kill-pane", "-t", pane], ["kill-window", "-t", window], ["kill-pane", "-a", "-t", pane]]
        if len(self.sessions) > 3:
            shrinking.append(["kill-session", "-t", pick(self.sessions)])
        moving = [
            ["select-layout", "-t", window, pick(LAYOUTS)], [pick(("next-layout", "previous-layout")), "-t", window],
            ["select-layout", pick(("-E", "-o", "-n")), "-t", pane], ["resize-pane", "-t", pane, pick(("-L", "-R", "-U", "-D")), str(number(1, 20))],
            ["resize-pane", "-t", pane, pick(("-x", "-y")), str(number(1, 120))], ["resize-pane", "-Z", "-t", pane],
            ["swap-pane", *pick(([], ["-d"])), "-s", pane, "-t", other], ["swap-pane", pick(("-U", "-D")), "-t", pane],
            ["rotate-window", pick(("-U", "-D", "-Z")), "-t", window], ["break-pane", *pick(([], ["-d"], ["-a"])), "-s", pane],
            ["join-pane", *pick(([], ["-h"], ["-b"], ["-d"], ["-f"])), "-s", pane, "-t", other],
            ["move-window", *pick(([], ["-d"], ["-k"], ["-a"])), "-s", window, "-t", target],
            ["link-window", *pick(([], ["-d"], ["-k"])), "-s", window, "-t", pick(self.sessions) + f":{number(0, 9)}"],
            ["unlink-window", "-t", window], ["swap-window", *pick(([], ["-d"])), "-s", window, "-t", target],
            ["move-window", "-r", "-t", pick(self.sessions)], ["select-window", "-t", window], ["select-pane", "-t", pane],
            ["last-pane", "-t", window], ["last-window", "-t", pick(self.sessions)], ["next-window", "-t", pick(self.sessions)],
            ["resize-window", "-t", window, "-x", str(number(1, 200)), "-y", str(number(1, 70))], ["respawn-pane", "-k", "-t", pane],
            ["send-keys", "-t", pane, "C-d"], ["set-option", "-g", "renumber-windows", pick(("on", "off"))],
            ["set-option", "-wg", "remain-on-exit", pick(("on", "off", "off"))],
        ]
        return pick(pick([moving, moving, growing if few else shrinking, shrinking if len(self.panes) > 8 else growing]))

    def drive(self):
        end = time.monotonic() + SECONDS
        assert self.run("new-session", "-d", "exec cat").returncode == 0
        done, history = 0, []
        while done < COMMANDS and time.monotonic() < end:
            try:
                self.look()
                batch = []
                for _ in range(BATCH):
                    batch.append(self.command())
                for words in batch:
                    history.append(" ".join(words))
                    result = self.run(*words)
                    assert result.returncode in (0, 1), f"{words} gave {result.returncode}: {result.stderr}"
                    if "no server running" in result.stderr or "error connecting" in result.stderr:
                        raise AssertionError(f"the server is gone: {result.stderr}")
                    self.look_or_begin()
            except AssertionError as error:
                raise AssertionError(f"seed {SEED}, after {len(history)} commands: {error}\nthe last were:\n" + "\n".join(history[-12:])) from error
            done += BATCH
        return done

    def look_or_begin(self):
        """The last session may have ended; then the next one begins with a new server."""
        if self.run("has-session").returncode != 0:
            assert self.run("new-session", "-d", "exec cat").returncode == 0, "no new session"
        self.look()


def main():
    enter()
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="random-", dir="/var/tmp", ignore_cleanup_errors=True) as work:
        driver = Driver(build, work)
        begin = time.monotonic()
        try:
            done = driver.drive()
        finally:
            driver.run("kill-server")
        reports = sanitizer_reports(work, "*.berth-log")
        assert not reports, reports
        print(f"{done} commands, {time.monotonic() - begin:.1f} s")


if __name__ == "__main__":
    main()
