"""berth without root, package or systemd: a broker of one's own, used as tmux is used."""

import json
import os
import pathlib
import pty
import threading

from machine import Screen, main, run, wait_for


LOG = "BERTH_LOG=/run/home/bob/private.berth-log"


def berth(machine, *words, check=True, place=("-S", "/run/home/bob/sock")):
    return run("runuser", "-u", "bob", "--", "env", "-u", "TMUX", "-u", "BERTH", "HOME=/run/home/bob", "SHELL=/bin/bash", LOG, "berth", *place, *words, check=check)


def read_all(terminal):
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:
        os.close(terminal)  # the other end is gone


def ended(machine):
    wait_for(lambda: not machine.pids("berthd", "bob"), "the private broker ends with its last session")


def test_new_ls_has_rename_kill(machine):
    berth(machine, "new", "-d", "-s", "one")
    assert berth(machine, "has", "-t", "one").returncode == 0
    assert berth(machine, "has", "-t", "none", check=False).stderr == "can't find session: none\n"
    assert berth(machine, "ls").stdout.startswith("one: 1 windows (created ")
    berth(machine, "rename-session", "-t", "one", "two")
    assert [item["name"] for item in json.loads(berth(machine, "--json", "ls").stdout)] == ["two"]
    plain = berth(machine, "--json", "list-clients", check=False)
    assert (plain.returncode, plain.stdout) == (1, "") and plain.stderr.startswith("--json: not for"), plain
    again = berth(machine, "new", "-d", "-s", "two", check=False)
    assert (again.returncode, again.stderr) == (1, "duplicate session: two\n")
    berth(machine, "kill-session", "-t", "two")
    ended(machine)


def test_without_a_server(machine):
    result = berth(machine, "ls", check=False)
    assert result.returncode == 1
    assert "/run/home/bob/sock" in result.stderr, result.stderr


def test_berth_alone_makes_a_session_and_exit_ends_it(machine):
    screen = Screen(["runuser", "-u", "bob", "--", "env", "HOME=/run/home/bob", "SHELL=/bin/bash", LOG, "berth", "-S", "/run/home/bob/sock"])
    screen.wait("ready>")
    screen.line("echo pane=$TMUX_PANE")
    screen.wait("pane=%0")
    screen.line("exit 3")
    assert screen.wait_end() == 3, screen.text()
    screen.wait_last("[exited]")
    screen.close()
    ended(machine)


def test_a_message_that_stays_outlives_the_one_before(machine):
    screen = Screen(["runuser", "-u", "bob", "--", "env", "HOME=/run/home/bob", "SHELL=/bin/bash", LOG, "berth", "-S", "/run/home/bob/sock"])
    screen.wait("ready>")
    berth(machine, "set", "-g", "display-time", "500", ";", "display-message", "for a moment", ";", "set", "-g", "display-time", "0", ";", "display-message", "until a key")
    berth(machine, "run-shell", "sleep 1")  # the first one's time is over
    screen.wait("until a key")
    screen.press("Space")
    wait_for(lambda: "until a key" not in screen.text(), "the message has gone")
    screen.close()
    berth(machine, "kill-server")
    ended(machine)


def test_new_A_attaches_and_attach_d_detaches_others(machine):
    words = ["runuser", "-u", "bob", "--", "env", "HOME=/run/home/bob", "SHELL=/bin/bash", LOG, "berth", "-S", "/run/home/bob/sock"]
    first = Screen([*words, "new", "-A", "-s", "x"])
    first.wait("ready>")
    second = Screen([*words, "new", "-A", "-s", "x"])
    second.wait("ready>")
    third = Screen([*words, "attach", "-d", "-t", "x"])
    third.wait("ready>")
    for screen in (first, second):
        assert screen.wait_end() == 0
        screen.wait_last("[detached (from session x)]")
        screen.close()
    reader = Screen([*words, "attach", "-r", "-t", "x"])
    reader.wait("ready>")
    reader.line("echo must-not-$((1+1))")
    third.line("echo may-$((2+2))")
    third.wait("may-4")
    reader.wait("may-4")
    assert "must-not" not in third.text()
    reader.close()
    third.close()
    berth(machine, "kill-server")
    ended(machine)


def test_a_file_in_the_sockets_place_stays(machine):
    file = pathlib.Path("/run/precious")
    file.write_text("precious\n")
    result = run("berth", "-S", file, "new", "-d", check=False)
    assert result.returncode == 1 and "non-socket" in result.stderr, result
    assert file.read_text() == "precious\n"
    file.unlink()


def test_names_are_refused_with_the_rule(machine):
    for name in ("a:b", "a.b", "tab\there", "c1\u009b31m", "turned\u202e", "\udcff\udcfe", "x" * 65):
        result = berth(machine, "new", "-d", "-s", name, check=False)
        assert result.returncode == 1
        assert "(1 to 64 bytes of UTF-8 without control characters, ':' or '.')" in result.stderr, result.stderr
    ended(machine)


def test_L_and_version_and_folder(machine):
    os.makedirs("/run/home/bob/tmp", exist_ok=True)
    run("chown", "bob:", "/run/home/bob/tmp")
    words = ["runuser", "-u", "bob", "--", "env", "BERTH_TMPDIR=/run/home/bob/tmp", "SHELL=/bin/bash", "berth", "-L", "other"]
    run(*words, "new", "-d", "-s", "here")
    assert run(*words, "ls").stdout.startswith("here:")
    folder = os.stat(f"/run/home/bob/tmp/berth-{os.stat('/run/home/bob').st_uid}")
    assert folder.st_mode & 0o777 == 0o700
    run(*words, "kill-server")
    ended(machine)
    assert run("berth", "--version").stdout.startswith("berth 0.")


def test_a_killed_broker_is_started_by_any_command(machine):
    """The sessions outlive it, and the next command, whatever it is, finds them."""
    place = ("-S", "/run/home/bob/kept")  # a client of another test that is still ending would start it, too
    for words in (("ls", "-F", "#S"), ("has", "-t", "kept"), ("display-message", "-p", "#S"), ("admin", "status")):
        if words[0] == "ls":
            berth(machine, "new", "-d", "-s", "kept", place=place)
        (pid,) = machine.pids("berthd", "bob")
        machine.kill(pid)
        wait_for(lambda: not machine.pids("berthd", "bob"), "berthd is gone")
        result = berth(machine, *words, place=place)
        assert words[0] not in ("ls", "display-message") or result.stdout == "kept\n", result.stdout

    def pids():
        servers = json.loads(berth(machine, "admin", "status", "--json", place=place).stdout)["servers"]
        return servers and all(type(servers[0][part]) is int for part in ("keeper", "mux")) and servers[0]

    server = wait_for(pids, "keeper and mux are known by their pids")
    assert server["keeper"] in machine.pids("berth-keeper", "bob") and server["mux"] in machine.pids("berth-mux", "bob"), server
    berth(machine, "kill-server", place=place)
    ended(machine)


def test_broker_and_mux_killed_under_a_client(machine):
    screen = Screen(["runuser", "-u", "bob", "--", "env", "HOME=/run/home/bob", "SHELL=/bin/bash", LOG, "berth", "-S", "/run/home/bob/sock"])
    screen.wait("ready>")
    screen.line("echo word-$((40+2))")
    screen.wait("word-42")
    for pid in machine.pids("berthd", "bob") + machine.pids("berth-mux", "bob"):
        machine.kill(pid)
    screen.line("echo again-$((40+3))")
    screen.wait("again-43")
    screen.line("exit 6")
    status = screen.wait_end()
    assert status == 6, f"{status}: {screen.text()}"
    screen.close()
    ended(machine)


def test_another_version_takes_over_in_place(machine):
    programs = pathlib.Path("/usr/lib/berth")
    originals = {name: (programs / name).read_bytes() for name in ("berth-mux", "berth-keeper")}

    def place(name, contents):  # as a package does it
        new = programs / f"{name}.new"
        new.write_bytes(contents)
        new.chmod(0o755)
        new.rename(programs / name)

    berth(machine, "new", "-d", "-s", "kept", "i=0; while test $i -lt 300; do i=$((i+1)); echo number-$i; sleep 0.01; done; echo all; exec cat")
    (keeper,), (mux,) = machine.pids("berth-keeper", "bob"), machine.pids("berth-mux", "bob")
    for name, contents in originals.items():
        place(name, contents + b"\0")
    done = berth(machine, "admin", "upgrade")
    assert done.returncode == 0 and "bob: berth-mux" in done.stdout, done
    done = berth(machine, "admin", "upgrade-keepers")
    assert done.returncode == 0 and "bob: berth-keeper" in done.stdout, done
    # a process that only tries the new program, and the mux that has handed over, may still be ending
    wait_for(lambda: machine.pids("berth-keeper", "bob") == [keeper] and mux not in machine.pids("berth-mux", "bob"), "the same keeper, another mux")
    (broker,) = machine.pids("berthd", "bob")  # and berthd: whoever comes next starts the new one
    machine.kill(broker)
    wait_for(lambda: not machine.pids("berthd", "bob"), "berthd is gone")
    assert berth(machine, "ls", "-F", "#S").stdout == "kept\n"
    wait_for(lambda: machine.pids("berth-keeper", "bob") == [keeper], "the same keeper")
    lines = wait_for(lambda: (lambda text: text.split() if "all" in text.split() else None)(berth(machine, "capture-pane", "-p", "-S", "-", "-t", "kept").stdout), "all of it")
    assert lines == [f"number-{number}" for number in range(1, 301)] + ["all"], lines
    berth(machine, "kill-server")
    ended(machine)
    for name, contents in originals.items():
        place(name, contents)


def test_a_cursor_position_that_is_told_late_is_not_typed(machine):
    """A terminal that says where its cursor is and nothing else: in time, and when its user has typed already."""
    words = ["runuser", "-u", "bob", "--", "env", "HOME=/run/home/bob", "SHELL=/bin/bash", "TERM=xterm-256color", LOG,
             "berth", "-S", "/run/home/bob/sock", "new", "-s", "far", "cat -v"]
    for typed in (("early\x1b[1;1R",), ("ear", "ly", "\x1b[1;1R")):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp(words[0], words)
        seen = b""
        while b"\x1b[c" not in seen:  # the terminal is asked
            seen += os.read(terminal, 4096)
        threading.Thread(target=read_all, args=(terminal,)).start()
        shown = ""
        for keys in (*typed, "!\r"):
            os.write(terminal, keys.encode())
            shown += keys.partition("\x1b")[0].strip()
            wait_for(lambda: berth(machine, "capture-pane", "-p", "-t", "far").stdout.split("\n")[0] == shown, f"only what was typed: {shown}")
        berth(machine, "kill-server")
        os.waitpid(pid, 0)
        ended(machine)


def test_completion_in_each_shell(machine):
    berth(machine, "new", "-d", "-s", "to-complete")
    bash = "source /usr/share/bash-completion/completions/berth; COMP_WORDS=(berth %s); COMP_CWORD=%d; _berth; echo ${COMPREPLY[@]}"
    for shell, line, wanted in (("bash", bash % ("kill-ser", 1), "kill-server"), ("bash", bash % ("attach -t ''", 3), "to-complete"),
                                ("fish", "complete -C 'berth kill-ser'", "kill-server"), ("fish", "complete -C 'berth doct'", "doctor")):
        told = run("runuser", "-u", "bob", "--", "env", "HOME=/run/home/bob", "BERTH=/run/home/bob/sock,0,0", shell, "-c", line, check=False)
        assert told.stdout.split() == [wanted], f"{shell}: {line}: {told}"
    assert run("zsh", "-fc", "autoload -U compinit; compinit -D -u; print -r -- $_comps[berth]").stdout.strip() == "_berth"
    berth(machine, "kill-server")
    ended(machine)


def test_a_flood_of_starts_makes_one_server(machine):
    import concurrent.futures
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: berth(machine, "new", "-d", "-s", f"s{n}", check=False), range(8)))
    assert all(result.returncode == 0 for result in results), [result.stderr for result in results]
    assert len(berth(machine, "ls").stdout.splitlines()) == 8
    assert len(machine.pids("berth-keeper", "bob")) == 1
    berth(machine, "kill-server")
    ended(machine)


if __name__ == "__main__":
    main(globals(), {"berthd": False, "users": {"bob": "/bin/bash"}})
