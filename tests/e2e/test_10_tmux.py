"""Commands as tmux runs them: each folder of tests/cases/tmux holds a script that drives tmux and berth, each on a private socket of its own;
what they print and how they end must be equal. A case with a file `differs` holds a deliberate difference: the reason, a line of dashes, and
what berth prints."""

import concurrent.futures
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from machine import PATIENCE, enter, sanitizer_reports, skip

CASES = pathlib.Path(__file__).resolve().parent.parent / "cases" / "tmux"
AT_ONCE = 8
ANSWERS = 3  # tmux is asked so often: on a busy machine it now and then prints a window's name or the end of its server in another order, or crashes


def environment(work, program, build):
    return {
        "PATH": f"{build}/bin:/usr/bin:/bin", "HOME": str(work), "SHELL": "/bin/sh", "LANG": "C.UTF-8", "TERM": "xterm-256color",
        "PS1": "$ ", "TZ": "UTC", "TMUX_TMPDIR": str(work), "BERTH_TMPDIR": str(work), "WORK": str(work),
        "T": f"{program} -S {work}/socket -f/dev/null", "PROGRAM": program, "BERTH_LOG": f"{work}/berthd.berth-log",
    }


def end_all(process):
    """Ends the script and whatever it started and left behind."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def answer_of(command, surroundings):
    """What a command prints; nothing at all when it does not end."""
    try:
        return subprocess.run(command, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE,
                              check=False).stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return None


def drive(program, case, build):
    """What the case prints and its exit code, with names that differ by nature made equal; and whether it came to its end."""
    with tempfile.TemporaryDirectory(prefix="case-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        work = pathlib.Path(name)
        surroundings = environment(work, program, build)
        script = f". {CASES}/prelude.sh\n. {case}/script\n"
        # Into a file: what a script leaves behind may hold its output open for as long as it likes.
        with open(work / "printed", "wb") as printed:
            process = subprocess.Popen(["/bin/sh", "-c", script], env=surroundings, cwd=work, stdin=subprocess.DEVNULL, stdout=printed,
                                       stderr=subprocess.STDOUT, start_new_session=True)
            try:
                code, done = process.wait(PATIENCE), True
            except subprocess.TimeoutExpired:
                code, done = -1, False
        text = (work / "printed").read_text(errors="replace")
        text += f"exit code {code}\n" if done else f"\nnot done after {PATIENCE} s\n{waited_for(work, surroundings)}"
        done = done and code >= 0  # a signal is no end either
        end_all(process)
        for command in ("$T kill-server", "tmux -S $WORK/outer kill-server"):
            if answer_of(["/bin/sh", "-c", command], surroundings) is None:
                text, done = f"{text}\n{command} is not done after {PATIENCE} s\n", False
        reports = sanitizer_reports(work, "*.berth-log")
        return (reports, False) if reports else (text.replace(name, "WORK"), done)


def waited_for(work, surroundings):
    """What is known about a script that does not end: what its last condition printed, and its terminal."""
    until = work / "until"
    screen = answer_of(["tmux", "-S", work / "outer", "capture-pane", "-p"], surroundings) or ""
    return ("the last condition gave\n" + (until.read_text(errors="replace") if until.exists() else "") +
            "its terminal shows\n" + screen)


class Oracle:
    """What tmux prints for a case. Kept in the build folder for as long as case and tmux are the same: half of the time of a run."""

    def __init__(self, build, version):
        self.build = build
        self.folder = build / "tmux-cases"
        self.folder.mkdir(exist_ok=True)
        self.version = version

    def place(self, case):
        text = self.version + (CASES / "prelude.sh").read_text() + (case / "script").read_text()
        return self.folder / f"{case.name}.{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def kept(self, case):
        place = self.place(case)
        return place.read_text() if place.exists() else None

    def ask(self, case):
        answer, done = drive("tmux", case, self.build)
        if done:
            self.place(case).write_text(answer)
        return answer, done


def verdict(case, build, oracle):
    """Nothing when all is well, else what to tell. A script that does not come to its end proves nothing, whatever it has printed."""
    berth, done = drive("berth", case, build)
    if not done:
        return f"with berth, it gave\n{berth}"
    differs = case / "differs"
    if differs.exists():
        reason, _, expected = differs.read_text().partition("\n---\n")
        if not reason.strip():
            return "the file differs gives no reason"
        return None if berth == expected else f"expected\n{expected}but berth gave\n{berth}"
    if berth == oracle.kept(case):
        return None
    for _ in range(ANSWERS):
        tmux, done = oracle.ask(case)
        if done and berth == tmux:
            return None
    return f"tmux gave\n{tmux}but berth gave\n{berth}"


def timed(case, build, oracle):
    begin = time.monotonic()
    return verdict(case, build, oracle), time.monotonic() - begin


def main():
    enter()
    version = subprocess.run(["tmux", "-V"], capture_output=True, text=True, check=False).stdout
    if "3.3a" not in version:
        skip("the cases were written for tmux 3.3a")
    build = pathlib.Path(sys.argv[1]).resolve()
    assert shutil.which("berth", path=f"{build}/bin"), f"{build} holds no berth"
    os.environ.pop("TMUX", None)
    cases = sorted(folder for folder in CASES.iterdir() if (folder / "script").exists() and (not sys.argv[2:] or folder.name in sys.argv[2:]))
    # Two programs that a broken script never reaches would be equal.
    subprocess.run(["/bin/sh", "-n", CASES / "prelude.sh"], check=True)
    for case in cases:
        subprocess.run(["/bin/sh", "-n", case / "script"], check=True)
    begin = time.monotonic()
    oracle = Oracle(build, version)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda case: timed(case, build, oracle), cases))
    for case, (text, seconds) in zip(cases, told):
        if text is not None:
            print(f"FAILED {case.name} ({seconds:.1f} s): {text}", flush=True)
    failed = sum(text is not None for text, _ in told)
    slowest = sorted(zip(told, cases), key=lambda pair: -pair[0][1])[:5]
    print("slowest: " + ", ".join(f"{case.name} {seconds:.1f} s" for (_, seconds), case in slowest))
    print(f"{len(cases) - failed} passed, {failed} failed ({time.monotonic() - begin:.1f} s)")
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
