"""Sessions that are typed into and print while what carries them is killed, stopped, upgraded or cut off at random: clients, sshd's
children, the mux, berthd, both at once, during a login, a checkpoint, an upgrade; the network's link; windows that change their size
and are split. After each fault every program is alive, every typed line has arrived once, every history and every full screen is what
the program's own numbering says, and so does each terminal show it.

usage: chaos.py BUILD [--minutes N] [--seed S] [--sessions N]
"""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

from machine import Machine, enter, run, wait_for  # noqa: E402
from session import HOME, USER, Session  # noqa: E402

FREE_DEATHS = 4    # of a mux in a minute: berthd delays the sixth; a new berthd counts anew
FLOOD = 4000       # lines; some of them write checkpoints
MOST_LINES = 45000 # of a history that is compared as a whole
PROGRAMS = pathlib.Path("/usr/lib/berth")


class Chaos:
    def __init__(self, build, seed, sessions):
        self.random = random.Random(seed)
        self.machine = Machine(build, users={USER: "/bin/bash"})
        (HOME / "worker.py").write_text((HERE / "worker.py").read_text())
        os.chmod(HOME / "worker.py", 0o644)
        self.sessions = [Session(self.machine, f"s{number}") for number in range(sessions)]
        self.deaths = 0
        self.faults = {}
        self.last = "none"

    # ---- what breaks

    def pause(self, most):
        time.sleep(self.random.random() * most)

    def kill_mux(self):
        for pid in self.machine.pids("berth-mux"):
            self.machine.kill(pid)
        self.deaths += 1

    def kill_berthd(self):
        self.machine.kill(self.machine.berthd.pid)
        self.machine.berthd.wait()

    def start_berthd(self):
        self.machine.start_berthd()
        self.deaths = 0

    def kill_client(self, session):
        """What is typed is known to have arrived: ssh may hold the rest."""
        session.wait_arrived()
        os.kill(session.screen.pid(), signal.SIGKILL)
        session.screen.close()

    def fault_mux(self):
        self.kill_mux()

    def fault_mux_again(self):  # while the next one takes over
        self.kill_mux()
        wait_for(lambda: self.machine.pids("berth-mux"), "another mux")
        self.pause(0.05)
        self.kill_mux()

    def fault_berthd(self):
        self.kill_berthd()
        self.pause(0.1)
        self.start_berthd()

    def fault_both(self):
        self.kill_berthd()
        self.kill_mux()
        self.start_berthd()

    def fault_client(self):
        session = self.random.choice(self.sessions)
        self.kill_client(session)
        if self.random.random() < 0.5:
            self.kill_mux()
        session.login()

    def fault_login(self):  # the mux dies while a client is being let in
        session = self.random.choice(self.sessions)
        self.kill_client(session)
        session.login()
        self.pause(0.4)
        self.kill_mux()

    def fault_sshd(self):  # the process of the connection, below the client
        session = self.random.choice(self.sessions)
        session.settle()
        session.wait_arrived()
        login = session.client()
        parent = int(pathlib.Path(f"/proc/{login}/stat").read_text().rsplit(")", 1)[1].split()[1])
        assert "sshd" in pathlib.Path(f"/proc/{parent}/comm").read_text(), parent
        self.machine.kill(parent)
        session.screen.wait_end()
        session.screen.close()
        session.login()

    def fault_checkpoint(self):  # which a resize writes, and a full journal
        session = self.random.choice(self.sessions)
        if self.random.random() < 0.5:
            session.type("print", FLOOD)
        self.resize(session)
        self.pause(0.03)
        self.kill_mux()

    def stop(self, pids):
        """Stopped for a while; another fault meanwhile."""
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        if self.random.random() < 0.5:
            self.pause(0.3)
        else:
            self.type_somewhere()
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    def fault_stopped_client(self):
        pid = self.random.choice(self.sessions).screen.pid()
        os.kill(pid, signal.SIGSTOP)
        self.kill_mux()
        self.pause(0.3)
        os.kill(pid, signal.SIGCONT)

    def fault_stopped_mux(self):
        self.stop(self.machine.pids("berth-mux"))

    def fault_stopped_keeper(self):
        self.stop(self.machine.pids("berth-keeper"))

    def fault_stopped_berthd(self):
        self.stop([self.machine.berthd.pid])

    def fault_link(self):
        run("ip", "link", "set", "lo", "down")
        if self.random.random() < 0.3:
            self.kill_mux()
        self.type_somewhere()
        self.pause(0.3)
        run("ip", "link", "set", "lo", "up")

    def upgrade(self, program, what):
        """Another file takes the name, as a package does it; the mux dies meanwhile, or does not."""
        path = PROGRAMS / program
        new = path.with_suffix(".new")
        new.write_bytes(path.read_bytes() + b"\0")  # the same program, another file
        new.chmod(0o755)
        new.rename(path)
        under_way = subprocess.Popen(["berth", "admin", what], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        if self.random.random() < 0.5:
            self.pause(0.1)
            self.kill_mux()
        wait_for(lambda: under_way.poll() is not None, f"berth admin {what} ends")

    def fault_upgrade(self):
        self.upgrade("berth-mux", "upgrade")

    def fault_upgrade_keeper(self):
        self.upgrade("berth-keeper", "upgrade-keepers")

    # ---- what goes on meanwhile

    def resize(self, session):
        session.screen.resize(self.random.randint(15, 40), self.random.choice((72, 80, 100, 132)))

    def change_windows(self):
        session = self.random.choice(self.sessions)
        self.resize(session)
        if self.random.random() < 0.3:
            panes = session.berth("list-panes", "-t", session.name, "-F", "#{pane_id}").split()
            if len(panes) > 1:
                session.berth("kill-pane", "-t", panes[1])
            elif panes:
                session.berth("split-window", "-d", "-l", "2", "-t", session.name, "sleep 100000")

    def type_somewhere(self):
        for session in self.sessions:
            if self.random.random() < 0.7:
                word = self.random.choice(("print", "print", "print", "screen", "draw", "nothing"))
                session.type(word, self.random.randint(1, 300) if word in ("print", "draw") else self.random.randint(1, 5))

    def step(self):
        weights = {"mux": 6, "mux_again": 2, "berthd": 2, "both": 2, "client": 3, "login": 2, "sshd": 2, "checkpoint": 3, "stopped_client": 1,
                   "stopped_mux": 1, "stopped_keeper": 1, "stopped_berthd": 1, "link": 2, "upgrade": 2, "upgrade_keeper": 1}
        if self.deaths >= FREE_DEATHS - 1:
            weights = {"berthd": 1, "both": 1}
        name = self.random.choices(list(weights), list(weights.values()))[0]
        self.last = name
        if self.random.random() < 0.3:
            self.change_windows()
        self.type_somewhere()
        time.sleep(self.random.choice((0, 0, 0.002, 0.01, 0.05)))
        getattr(self, f"fault_{name}")()
        self.faults[name] = self.faults.get(name, 0) + 1
        if name not in ("client", "login", "sshd"):  # typed before the login is done: that is for nobody to keep
            self.type_somewhere()
        for session in self.sessions:
            session.check()


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
    try:
        while time.monotonic() < end:
            chaos.step()
        for session in chaos.sessions:
            session.type("nothing", 1)
            session.check(*(["-"] if len(session.lines) < MOST_LINES else []))
    except Exception as error:
        status = 1
        print(f"FAILED after {sum(chaos.faults.values())} faults, the last {chaos.last}: {type(error).__name__}: {error}\n{chaos.machine.logs()}", flush=True)
    lines = sum(len(session.lines) for session in chaos.sessions)
    typed = sum(len(session.typed) for session in chaos.sessions)
    print(f"{sum(chaos.faults.values())} faults ({', '.join(f'{count} {name}' for name, count in sorted(chaos.faults.items()))}); "
          f"{lines} lines printed, {typed} typed, {sum(session.plain_shells for session in chaos.sessions)} logins in the plain shell; "
          f"{'something was lost, doubled or wrong' if status else '0 lost, 0 doubled'}")
    for process in chaos.machine.processes:
        process.kill()
    sys.exit(status)


if __name__ == "__main__":
    main()
