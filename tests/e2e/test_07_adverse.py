"""When what berth stands on fails: name services that hang or do not know an account any more, a full /run, no processes, no descriptors."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

from machine import PATIENCE, ROOT, Screen, main, run, skip, wait_for

PLAIN = "this is the plain login shell"
WITHIN = 2.0  # seconds to the plain shell
LEEWAY = PATIENCE / 10  # for ssh itself, on a busy machine
DIRECTORY = ROOT / "directory"
HANGS = ROOT / "directory-hangs"
ODD_NAMES = ["first.last", "user@domain.example", "DOMAIN\\user", "a" * 60 + ".of.the.department"]


def login(machine, user="alice"):
    return Screen(machine.ssh(user), columns=200)


def in_session(machine, screen):
    """The prompt of a session, that is, of a shell which the keeper has started."""
    screen.wait_prompt()
    screen.line("echo parent=$(ps -o comm= -p $PPID)=")
    screen.wait("parent=berth-keeper=")


def in_plain_shell(machine, began, screen):
    screen.wait(PLAIN)
    screen.wait_prompt()
    took = time.monotonic() - began
    screen.line("echo parent=$(ps -o comm= -p $PPID)=")
    screen.wait("parent=sshd=")
    assert took < WITHIN + LEEWAY, f"{took:.1f} s"
    leave(screen)


def answers(screen, word):
    screen.line(f"echo {word}-$((40+2))")
    screen.wait(f"{word}-42")


def leave(screen):
    screen.line("exit 3")
    assert screen.wait_end() == 3, screen.text()
    screen.close()


def directory(machine):
    """The machine asks a directory before its files; idempotent."""
    if DIRECTORY.exists():
        return
    lines = []
    for number, name in enumerate(ODD_NAMES, start=7001):
        home = pathlib.Path(f"/run/home/{number}")
        shutil.copytree("/run/home/alice", home)
        run("chown", "-R", f"{number}:{number}", home)
        lines.append(f"{name}:*:{number}:{number}::{home}:/bin/bash\n")
    DIRECTORY.write_text("".join(lines))
    shutil.copy(machine.build / "bin/libnss_directory.so.2", "/usr/lib/x86_64-linux-gnu/")
    config = pathlib.Path("/etc/nsswitch.conf")
    config.write_text("".join("passwd: directory files\n" if line.startswith("passwd:") else line for line in config.open()))


def test_accounts_of_a_directory(machine):
    """Names as directories produce them, of accounts that no file knows."""
    directory(machine)
    for name in ODD_NAMES:
        screen = login(machine, name)
        in_session(machine, screen)
        screen.line("echo who=$(id -un)=")
        screen.wait(f"who={name}=")
        leave(screen)


def test_name_services_that_hang(machine):
    directory(machine)
    HANGS.touch()
    try:
        began = time.monotonic()
        in_plain_shell(machine, began, login(machine))
    finally:
        HANGS.unlink()
    screen = login(machine)
    in_session(machine, screen)
    HANGS.touch()
    try:
        answers(screen, "goes-on")
        second = login(machine)  # who has a server needs no name service
        in_session(machine, second)
        leave(second)
    finally:
        HANGS.unlink()
    leave(screen)


def test_an_account_that_is_deleted_while_logged_in(machine):
    directory(machine)
    name = ODD_NAMES[0]
    screen = login(machine, name)
    in_session(machine, screen)
    lines = DIRECTORY.read_text()
    DIRECTORY.write_text("".join(line for line in lines.splitlines(True) if not line.startswith(name)))
    try:
        answers(screen, "still-here")
        screen.line("berth new-window; echo made=$?=")

        def windows():
            return run("setpriv", "--reuid=7001", "--regid=7001", "--clear-groups", "berth", "ls", "-F", "#{session_windows}", check=False).stdout

        wait_for(lambda: windows() == "2\n", lambda: f"a second window:\n{screen.text()}")
        screen.line("exit")
        wait_for(lambda: windows() == "1\n", lambda: f"its end:\n{screen.text()}")
        answers(screen, "first-window")
        screen.line("exit 3")
        assert screen.wait_end() == 3, screen.text()
        screen.close()
    finally:
        DIRECTORY.write_text(lines)


class Full:
    """/run has no room for another file or another page (of what is there already, the rest of its last page)."""

    def __enter__(self):
        usage = os.statvfs("/run")
        pages = (usage.f_blocks - usage.f_bfree) * usage.f_frsize
        run("mount", "-o", f"remount,size={max(pages, 4096)},nr_inodes={usage.f_files - usage.f_ffree}", "/run")
        try:
            pathlib.Path("/run/berth/one-more").touch()
        except OSError:
            return
        raise AssertionError("/run is not full")

    def __exit__(self, *_):
        run("mount", "-o", "remount,size=50%,nr_inodes=100000", "/run")


def test_a_full_run(machine):
    """A session is had if the keeper can be told from an earlier one; else the plain shell and the reason."""
    screen = login(machine, "bob")
    in_session(machine, screen)
    lock = pathlib.Path(f"/run/berth/berthd.sock.{os.stat('/run/home/alice').st_uid}.keeper")
    for there, parent in ((True, b"parent=berth-keeper="), (False, b"parent=sshd=")):
        lock.touch() if there else lock.unlink()
        with Full():
            began = time.monotonic()
            client = subprocess.Popen(machine.ssh("alice", options=["-tt"]), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)
            told, _ = client.communicate(b"echo parent=$(ps -o comm= -p $PPID)=; exit 3\n", timeout=60)
            took = time.monotonic() - began
            assert parent in told and client.returncode == 3 and took < WITHIN + LEEWAY, f"{client.returncode}, {took:.1f} s: {told}"
            assert there or (PLAIN.encode() in told and b"No space left" in told), told
            answers(screen, "not-lost")
    leave(screen)
    screen = login(machine)
    in_session(machine, screen)
    leave(screen)


def test_no_process_can_be_started(machine):
    """The keeper may not fork: a window does not come to stay, a login gets the plain shell, the session stays."""
    screen = login(machine)
    in_session(machine, screen)
    (keeper,) = machine.pids("berth-keeper", "alice")
    run("runuser", "-u", "alice", "--", "prlimit", "--pid", keeper, "--nproc=1:")
    began = time.monotonic()
    in_plain_shell(machine, began, login(machine))

    def windows():
        return len(machine.berth("alice", "list-windows", "-t", "main").stdout.splitlines())

    machine.berth("alice", "new-window", "-d", "-t", "main", check=False)
    wait_for(lambda: windows() == 1, "the window goes")
    answers(screen, "not-lost")
    run("runuser", "-u", "alice", "--", "prlimit", "--pid", keeper, "--nproc=1000:")
    machine.berth("alice", "new-window", "-d", "-t", "main")
    wait_for(lambda: windows() == 2, "a window")
    machine.berth("alice", "kill-server")
    screen.wait_end()
    screen.close()


def test_a_server_that_wakes_late_leaves_the_plain_shell_alone(machine):
    """Whoever has given up is not written to, and nothing is asked of his terminal, when what hung goes on."""
    for program in ("berth-mux", "berthd"):
        first = login(machine)
        in_session(machine, first)
        first.close()
        wait_for(lambda: not machine.berth("alice", "list-clients").stdout, "the client has gone")
        (pid,) = machine.pids(program)
        machine.kill(pid, signal.SIGSTOP)
        screen = login(machine)
        screen.wait(PLAIN)
        screen.wait_prompt()
        machine.kill(pid, signal.SIGCONT)
        wait_for(lambda: machine.sessions("alice") == ["main"], "it serves again")  # after all that was asked before
        answers(screen, "calm")
        assert "ready> echo calm-$((40+2))" in screen.text(), screen.text()
        assert PLAIN in screen.text(), screen.text()
        assert machine.berth("alice", "list-clients").stdout == ""
        leave(screen)
        machine.berth("alice", "kill-server")
        wait_for(lambda: not machine.pids("berth-keeper"), "the keeper ends")


def injected(machine, pid, calls, error):
    """System calls of a process fail with that error until the tracer ends."""
    log = ROOT / f"inject-{pid}"
    tracer = subprocess.Popen(["strace", "-f", "-o", str(log), "-e", f"trace={calls}", "-e", f"inject={calls}:error={error}", "-p", str(pid)],
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if b"attached" not in tracer.stderr.readline():
        skip("strace may not attach here")
    return tracer


def test_no_descriptors_are_left(machine):
    """ENFILE: berthd cannot take a connection, then it can but has no channel for a keeper; each time the plain shell, and no harm done."""
    screen = login(machine, "bob")
    in_session(machine, screen)
    for calls, user in (("accept4", "alice"), ("socketpair", "dan")):
        tracer = injected(machine, machine.berthd.pid, calls, "ENFILE")
        try:
            began = time.monotonic()
            in_plain_shell(machine, began, login(machine, user))
            answers(screen, "not-lost")
        finally:
            tracer.terminate()
            tracer.wait()
    second = login(machine)
    in_session(machine, second)
    leave(second)
    leave(screen)


if __name__ == "__main__":
    main(globals())
