"""The mux dies at each failpoint (lib/base/failpoints.h) in turn, under a session whose program prints, asks and is typed to. In the
end the history, the screen, what was typed and what was answered are those of a run that nobody disturbed."""

import os
import pathlib
import re
import struct

from machine import ROOT, Screen, main, run, skip, wait_for

HOME = pathlib.Path("/run/home/bob")
TABLE = HOME / "failpoints"
LINES = 200
PROGRAM = r'''
import os, select, sys, termios, tty
tty.setraw(0)
log = open(sys.argv[1], "ab", buffering=0)
lines, printed, answers, typed = int(sys.argv[2]), 0, 0, 0
while printed < lines or answers < lines // 10 or typed < 30:
    if printed < lines:
        printed += 1
        text = f"line {printed} \u4e16\u754c \033[1;3{printed % 8}mcolour\033[0m\r\n"
        if printed % 10 == 0:
            text += "\033[5n"
        if printed % 50 == 0:
            text += "\033[?1049h\033[H" + "full screen " * 100 + "\033[?1049l"
        os.write(1, text.encode())
    if select.select([0], [], [], 0.002 if printed < lines else 5)[0]:
        data = os.read(0, 4096)
        log.write(data)
        answers += data.count(b"\033[0n")
        typed += sum(97 <= byte <= 122 for byte in data)
os.write(1, b"all done\r\n")
while True:
    log.write(os.read(0, 4096))
'''


def names(machine):
    source = (pathlib.Path(__file__).resolve().parents[2] / "lib/base/failpoints.h").read_text()
    return re.findall(r'FailpointRow\{\s*Failpoint::\w+,\s*"([a-z-]+)"', source)


def berth(*words, check=True):
    return run("runuser", "-u", "bob", "--", "env", "-u", "TMUX", "-u", "BERTH", f"HOME={HOME}", "SHELL=/bin/bash", f"BERTH_FAILPOINTS={TABLE}",
               "berth", "-S", HOME / "sock", *words, check=check)


def passed(index):
    with open(TABLE, "rb") as file:
        file.seek(index * 8)
        return struct.unpack("II", file.read(8))[1]


def left(index):
    with open(TABLE, "rb") as file:
        file.seek(index * 8)
        return struct.unpack("II", file.read(8))[0]


def arm(index, countdown):
    with open(TABLE, "r+b") as file:
        file.seek(index * 8)
        file.write(struct.pack("I", countdown))


def run_once(machine, count, index=None, countdown=0, first=None, wanted=None):
    """One session from begin to end; `first` is armed before the other, for points that only a mux that recovers passes. `wanted`: what
    the client's screen comes to, sooner or later."""
    log = HOME / "log"
    log.unlink(missing_ok=True)
    TABLE.write_bytes(b"\0" * 8 * count)
    run("chown", "bob:", TABLE)
    screen = Screen(["runuser", "-u", "bob", "--", "env", f"HOME={HOME}", "SHELL=/bin/bash", f"BERTH_FAILPOINTS={TABLE}",
                     "berth", "-S", HOME / "sock", "new", "-s", "x", "/usr/bin/python3", HOME / "program.py", log, str(LINES)])
    screen.wait("line ")
    if index is not None:
        arm(index, countdown)
    if first is not None:
        arm(first, 5)
    screen.resize(20, 70)
    for number in range(0, 30, 5):  # a few keys at a time: they are heard before the next are typed
        screen.type("".join(chr(97 + at % 26) for at in range(number, number + 5)))
        wait_for(lambda: log.exists() and sum(97 <= byte <= 122 for byte in log.read_bytes()) >= number + 5, lambda: f"keys {number} to {number + 4} arrive: {log.read_bytes()}\n{screen.text()}")
    screen.wait("all done")
    died = index is None or wait_for(lambda: left(index) == 0, "the mux passes the point")
    history = wait_for(lambda: berth("capture-pane", "-p", "-e", "-S", "-", "-t", "x", check=False).stdout, "the pane is captured")
    shown = wait_for(lambda: (lambda text: text if "all done" in text and text == (wanted or screen.text()) else None)(screen.text()),
                     lambda: f"the client shows the end:\n{screen.text()}\n---- instead of\n{wanted}")
    heard = log.read_bytes()
    berth("kill-server", check=False)
    screen.close()
    wait_for(lambda: not machine.pids("berthd", "bob"), "the private broker ends")
    return history, shown, re.sub(rb"[^a-z]", b"", heard.replace(b"\033[0n", b"")), heard.count(b"\033[0n"), died


def test_dies_at_each_point(machine):
    (HOME / "program.py").write_text(PROGRAM)
    rows = names(machine)
    assert len(rows) > 15, rows
    reference = run_once(machine, len(rows))
    assert reference[0].count("line ") == LINES and reference[3] == LINES // 10, reference
    for index, name in enumerate(rows):
        if name == "poison":
            continue  # no place to die at
        first = rows.index("output-parsed") if name.startswith("recovery") else None
        result = run_once(machine, len(rows), index, 1 if first is not None or name.startswith(("pane", "records", "checkpoint")) else 3, first, reference[1])
        for what, got, wanted in zip(("history", "client's screen", "typed", "answers", "died"), result, reference):
            assert got == wanted, f"{name}: {what}: {got!r}\n---- instead of\n{wanted!r}"
        print(f"      {name}", flush=True)


def test_bytes_that_crash_are_set_aside(machine):
    rows = names(machine)
    TABLE.write_bytes(b"\0" * 8 * len(rows))
    run("chown", "bob:", TABLE)
    berth("new", "-d", "-s", "x", "-x", "120", "-y", "24")
    berth("send-keys", "-t", "x", "PS1='ready> '; clear", "Enter")
    arm(rows.index("poison"), 1)
    berth("send-keys", "-t", "x", r"printf 'before\r\n\001bad'; sleep 0.1; echo after-$((1+1))", "Enter", check=False)
    text = wait_for(lambda: (lambda shown: shown if "after-2" in shown and "crashed" in shown else None)(berth("capture-pane", "-p", "-t", "x", check=False).stdout), "the pane says so and goes on")
    found = re.search(r"\[(\d+) bytes of the program's output crashed berth-mux twice; they were left out and are in ~/.local/state/berth/(crash-\d+-0.bytes)\]", text.replace("\n", ""))
    assert found and int(found[1]) <= 512, text
    file = wait_for(lambda: next(iter((HOME / ".local/state/berth").glob("crash-*.bytes")), None), "the bytes are kept")
    assert b"\x01bad" in file.read_bytes() and len(file.read_bytes()) == int(found[1]) and file.stat().st_mode & 0o777 == 0o600
    assert file.name == found[2]
    arm(rows.index("poison"), 0)
    berth("send-keys", "-t", "x", "echo alive-$((2+2))", "Enter")
    wait_for(lambda: "alive-4" in berth("capture-pane", "-p", "-t", "x").stdout, "the program lives")
    berth("kill-server")
    wait_for(lambda: not machine.pids("berthd", "bob"), "the private broker ends")


def test_the_build_has_failpoints(machine):
    TABLE.write_bytes(b"\0" * 8 * len(names(machine)))
    run("chown", "bob:", TABLE)
    berth("new", "-d", "-s", "x")
    wait_for(lambda: passed(names(machine).index("recovery-done")) > 0, "the mux counts")
    berth("kill-server")
    wait_for(lambda: not machine.pids("berthd", "bob"), "the private broker ends")


if __name__ == "__main__":
    import sys
    cache = pathlib.Path(sys.argv[1]) / "CMakeCache.txt"
    if "BERTH_FAILPOINTS:BOOL=ON" not in cache.read_text():
        skip("a build without BERTH_FAILPOINTS")
    main(globals(), {"berthd": False, "users": {"bob": "/bin/bash"}})
