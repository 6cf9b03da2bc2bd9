"""The machine is restarted under sessions: every process of berth's and of its users is killed at once, /run/berth is emptied."""

import errno
import os
import pathlib
import shutil
import signal
import struct
import time

from machine import Screen, main, run, wait_for

HEADER = 32  # of lib/restore/store.h


def login(machine, user="alice", **options):
    screen = Screen(machine.ssh(user, **options))
    screen.wait("ready>")
    return screen


def login_that_is_kept(machine):
    screen = login(machine)
    wait_for(lambda: b"main" in kept("alice"), "the session is kept")
    return screen


def files(user):
    """What is kept, the newest first."""
    return sorted(pathlib.Path(f"/run/home/{user}/.local/state/berth").glob("sessions-*"))


def kept(user):
    try:
        return files(user)[0].read_bytes()
    except (IndexError, FileNotFoundError):  # nothing yet, or the next one is just taking its name
        return b""


def end_all(machine, user="alice"):
    machine.berth(user, "kill-server", check=False)
    wait_for(lambda: not machine.pids("berth-keeper", user), "the keeper ends with the last session")
    assert not files(user), files(user)  # what the user has ended does not come back


def restart(machine, *screens):
    """As after a power failure."""
    for pid in [machine.berthd.pid, *machine.pids("berth-keeper"), *machine.pids("berth-mux")]:
        machine.kill(pid)
    machine.berthd.wait()
    wait_for(lambda: not machine.pids("berth-keeper") and not machine.pids("berth-mux"), "all of berth is gone")
    for screen in screens:
        screen.close()
    for path in pathlib.Path("/run/berth").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    machine.start_berthd()


def set_policy(machine, text):
    pathlib.Path("/etc/berth").mkdir(exist_ok=True)
    pathlib.Path("/etc/berth/berth.conf").write_text(text)
    marker = f"restore-{time.monotonic_ns()}"
    os.kill(machine.berthd.pid, signal.SIGHUP)
    wait_for(lambda: text.strip().split("\n")[-1].split(" = ")[1] in machine.berth("alice", "policy", "show", check=False).stdout, marker)


def shown(machine, user, session, what):
    return machine.berth(user, "list-panes", "-s", "-t", session, "-F", what).stdout.split("\n")[:-1]


def checksum(data):
    """CRC-64/XZ."""
    total = 2**64 - 1
    for byte in data:
        total ^= byte
        for _ in range(8):
            total = (total >> 1) ^ (0xC96C5795D7870F42 if total & 1 else 0)
    return total ^ (2**64 - 1)


def test_names_layouts_folders_and_titles_come_back_and_programs_do_not(machine):
    screen = login(machine)
    screen.line("cd /usr/lib; printf '\\033]2;my title\\007'")
    machine.berth("alice", "rename-session", "-t", "main", "work")
    machine.berth("alice", "rename-window", "-t", "work:", "edit")
    machine.berth("alice", "split-window", "-h", "-t", "work:", "-c", "/tmp", "-l", "30")
    machine.berth("alice", "new-window", "-d", "-t", "work:7", "-n", "logs", "-c", "/var", "sleep", "54321")
    machine.berth("alice", "set-environment", "-t", "work", "ASKED", "for-this")
    screen.wait("ready>")
    screen.line("sleep 12345")
    panes = "#{window_index} #{window_name} #{window_layout} #{pane_index} #{pane_title}"
    wait_for(lambda: all(text in kept("alice") for text in (b"12345", b"54321", b"my title", b"/usr/lib", b"ASKED=for-this", b"logs")),
             lambda: f"all of it is kept: {kept('alice')}")
    before = shown(machine, "alice", "work", panes)
    assert len(before) == 3, before
    restart(machine, screen)
    assert machine.sessions("alice") == []
    again = login(machine)
    again.wait("[here ran: sleep 12345]")
    assert machine.sessions("alice") == ["work"]
    # A shell may set the title of its own accord; these do not.
    assert shown(machine, "alice", "work", panes) == before, (shown(machine, "alice", "work", panes), before)
    paths = "#{window_index}.#{pane_index} #{pane_current_path}"
    wait_for(lambda: shown(machine, "alice", "work", paths) == ["0.0 /usr/lib", "0.1 /tmp", "7.0 /var"], lambda: str(shown(machine, "alice", "work", paths)))
    assert not [pid for pid in machine.pids("sleep") if b"54321" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()], "nobody asked for it"
    assert "[here ran: sleep 54321]" in " ".join(machine.berth("alice", "capture-pane", "-p", "-J", "-t", "work:7").stdout.split("\n"))
    again.line("echo asked=$ASKED")
    again.wait("asked=for-this")
    # The line is as lasting as what a program prints.
    old = machine.pids("berth-mux")
    for pid in old:
        machine.kill(pid)
    wait_for(lambda: machine.pids("berth-mux") and machine.pids("berth-mux") != old, "another mux runs")
    again.wait("[here ran: sleep 12345]")
    again.line("echo still-$((40+2))")
    again.wait("still-42")
    again.close()
    end_all(machine)


def test_what_the_user_ended_does_not_come_back(machine):
    screen = login_that_is_kept(machine)
    screen.line("exit")
    screen.wait_end()
    wait_for(lambda: not machine.pids("berth-keeper", "alice"), "the keeper ends with the last session")
    assert not files("alice")
    screen.close()
    fresh = login(machine)
    assert "before the restart" not in fresh.text()
    fresh.close()
    end_all(machine)


def test_a_newest_file_that_is_cut_leaves_the_one_before(machine):
    screen = login_that_is_kept(machine)
    machine.berth("alice", "new-window", "-d", "-t", "main:", "-n", "second")
    wait_for(lambda: b"second" in kept("alice") and len(files("alice")) == 2, "so is its window")
    restart(machine, screen)
    newest = files("alice")[0]
    os.truncate(newest, newest.stat().st_size // 2)
    again = login(machine)
    again.wait("before the restart")
    assert machine.sessions("alice") == ["main"]
    again.close()
    end_all(machine)


def test_sessions_made_before_the_first_login_stand_beside(machine):
    screen = login_that_is_kept(machine)
    restart(machine, screen)
    before = kept("alice")
    machine.berth("alice", "new-session", "-d", "-s", "job")  # cron's, say
    machine.berth("alice", "rename-window", "-t", "job:", "work")
    assert machine.sessions("alice") == ["job"] and kept("alice") == before
    again = login(machine)
    assert sorted(machine.sessions("alice")) == ["job", "main"]
    assert "before the restart" in machine.berth("alice", "capture-pane", "-p", "-t", "main:").stdout
    wait_for(lambda: b"job" in kept("alice") and b"main" in kept("alice"), "both are kept")
    again.close()
    end_all(machine)


def test_what_is_too_old_does_not_come_back(machine):
    screen = login_that_is_kept(machine)
    restart(machine, screen)
    for path in files("alice"):
        data = bytearray(path.read_bytes())
        saved = struct.unpack_from("<Q", data, HEADER + 4)[0]
        assert abs(saved - time.time()) < 3600, saved
        struct.pack_into("<Q", data, HEADER + 4, saved - 31 * 86400)
        struct.pack_into("<Q", data, HEADER - 8, checksum(data[HEADER:]))
        path.write_bytes(data)
    fresh = login(machine)
    assert "before the restart" not in fresh.text()
    assert machine.sessions("alice") == ["main"]
    fresh.close()
    end_all(machine)


def test_full_brings_back_what_was_shown_and_named_programs_run_again(machine):
    set_policy(machine, "[restore]\nlevel = full\nrerun = tail, sleep\n")
    screen = login(machine)
    screen.line("seq 1000 1200; printf '\\033[?1049h\\033[?1000h\\033[2J on the other screen'")
    screen.wait("on the other screen")
    machine.berth("alice", "new-window", "-d", "-t", "main:", "-n", "follow", "tail", "-f", "/etc/hosts")
    screen.line("sleep 23456")
    wait_for(lambda: all(text in kept("alice") for text in (b"1001", b"1200", b"23456", b"/etc/hosts")), "all of it is kept")
    restart(machine, screen)
    again = login(machine)
    again.wait("[started again: sleep 23456]")
    wait_for(lambda: [pid for pid in machine.pids("sleep") if b"23456" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()], "it runs")
    wait_for(lambda: machine.pids("tail", "alice"), "so does the other")
    history = machine.berth("alice", "capture-pane", "-p", "-S", "-", "-t", "main:0").stdout.split("\n")
    assert [line for line in history if line.startswith("1") and len(line) == 4] == [str(number) for number in range(1000, 1201)], history
    assert machine.berth("alice", "display-message", "-p", "-t", "main:0", "#{alternate_on}#{mouse_any_flag}").stdout.strip() == "00"
    again.press("C-c")
    again.line("echo back-$((20+3))")
    again.wait("back-23")
    again.close()
    end_all(machine)
    set_policy(machine, "[restore]\nlevel = layout\n")


def runs(machine, *words):
    """Such a process of alice's, and no more than one."""
    found = []
    for pid in machine.pids(words[0], "alice"):
        try:
            if pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() == b"".join(word.encode() + b"\0" for word in words):
                found.append(pid)
        except (FileNotFoundError, ProcessLookupError):
            pass
    assert len(found) <= 1, found
    return len(found) == 1


def test_what_ran_is_run_again_when_the_user_says_so(machine):
    screen = login(machine)
    machine.berth("alice", "split-window", "-d", "-t", "main:")
    machine.berth("alice", "new-window", "-d", "-t", "main:5", "sleep 51111; sleep 1")
    machine.berth("alice", "new-window", "-d", "-t", "main:6")
    screen.line("sleep 41111")
    machine.berth("alice", "send-keys", "-t", "main:0.1", "(exec -a 'false; echo' cat)", "Enter")
    wait_for(lambda: all(text in kept("alice") for text in (b"41111", b"false; echo", b"51111")), lambda: f"all of it is kept: {kept('alice')}")
    restart(machine, screen)
    again = login(machine)
    again.wait("[here ran: sleep 41111]")
    again.wait("[C-b R runs it again, as berth rerun does]")
    again.type("half a line")  # is not part of what runs
    again.wait("half a line")
    # The next mux offers it as well.
    for pid in machine.pids("berth-mux"):
        machine.kill(pid)
    wait_for(lambda: machine.sessions("alice") == ["main"], "another mux runs")
    assert not runs(machine, "sleep", "41111")
    again.press("C-b")
    again.type("R")
    wait_for(lambda: runs(machine, "sleep", "41111"), lambda: f"it runs:\n{again.text()}")
    wait_for(lambda: machine.berth("alice", "display-message", "-p", "-t", "main:0.0", "#{pane_current_command}").stdout.strip() == "sleep", "and is seen")
    refused = machine.berth("alice", "rerun", "-t", "main:0.0", check=False)
    assert refused.returncode == 1 and "nothing is offered in this pane" in refused.stderr, refused
    refused = machine.berth("alice", "rerun", "-t", "main:6", check=False)
    assert refused.returncode == 1 and "nothing is offered in this pane" in refused.stderr, refused
    assert machine.berth("alice", "rerun", "--all", check=False).returncode == 1
    # What is not run again is offered after the next reboot, too, and what is, is what ran.
    wait_for(lambda: all(text in kept("alice") for text in (b"41111", b"false; echo", b"51111")), lambda: f"all of it is kept: {kept('alice')}")
    restart(machine, again)
    third = login(machine)
    third.wait("[here ran: sleep 41111]")
    machine.berth("alice", "rerun", "-a")
    wait_for(lambda: runs(machine, "sleep", "41111") and runs(machine, "sleep", "51111"), lambda: f"all run:\n{third.text()}")
    # What a process calls itself is a word, whatever it looks like.
    lines = lambda: machine.berth("alice", "capture-pane", "-p", "-J", "-t", "main:0.1").stdout
    wait_for(lambda: "not found" in lines(), lambda: f"the shell looks for it:\n{lines()}")
    assert machine.berth("alice", "rerun", "-a", check=False).returncode == 1
    third.close()
    end_all(machine)


def nothing_is_kept_and_that_is_said(machine, break_it, reason):
    """Whoever is attached is told; and when the folder is as it was, all is kept again."""
    folder = pathlib.Path("/run/home/alice/.local/state/berth")
    screen = login_that_is_kept(machine)
    machine.berth("alice", "set", "-g", "display-time", "0")  # until a key
    break_it(folder)
    try:
        machine.berth("alice", "rename-window", "-t", "main:", "unkept")
        screen.wait("what comes back after a reboot is not kept: ")
        assert reason in machine.berth("alice", "show-messages").stdout, machine.berth("alice", "show-messages").stdout
    finally:
        run("umount", "--lazy", folder)  # which the keeper may be trying just now
    screen.press("Space")
    wait_for(lambda: "is not kept" not in screen.text(), "the message has gone")
    machine.berth("alice", "rename-window", "-t", "main:", "kept-again")
    wait_for(lambda: b"kept-again" in kept("alice"), "it is kept again")
    screen.line("echo same-$((1+2))")
    screen.wait("same-3")
    screen.close()
    end_all(machine)


def test_a_full_disk_is_said(machine):
    def fill(folder):
        run("mount", "-t", "tmpfs", "-o", f"size=16k,mode=700,uid={folder.stat().st_uid}", "tmpfs", folder)
        with open(folder / "filler", "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC, error

    nothing_is_kept_and_that_is_said(machine, fill, "No space left on device")


def test_a_read_only_home_is_said(machine):
    def lock(folder):
        run("mount", "--bind", folder, folder)
        run("mount", "-o", "remount,bind,ro", folder)

    nothing_is_kept_and_that_is_said(machine, lock, "Read-only file system")


def test_off_keeps_nothing_and_touches_nothing(machine):
    screen = login_that_is_kept(machine)
    restart(machine, screen)
    set_policy(machine, "[restore]\nlevel = off\n")
    before = kept("alice")
    fresh = login(machine)
    assert "before the restart" not in fresh.text()
    machine.berth("alice", "new-window", "-d", "-t", "main:")
    fresh.line("exit")
    wait_for(lambda: len(shown(machine, "alice", "main", "#{pane_id}")) == 1, "one window has ended")
    fresh.wait_prompt()
    fresh.line("exit")
    fresh.wait_end()
    wait_for(lambda: not machine.pids("berth-keeper", "alice"), "the keeper ends with the last session")
    assert kept("alice") == before
    fresh.close()
    set_policy(machine, "[restore]\nlevel = layout\n")
    screen = login(machine)
    screen.wait("before the restart")
    screen.close()
    end_all(machine)


if __name__ == "__main__":
    main(globals())
