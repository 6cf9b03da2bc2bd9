"""Sharing: what guests, and those who would like to be one, are kept from, and that nobody else notices."""

import concurrent.futures
import json
import os
import pathlib

from machine import PATIENCE, Screen, main, run, wait_for
from sharing import clipboard, copy, end, guest, guests, heard, keeps_clipboard, meet, owner, plain, prepare, private, share, shown, token

HOSTILE = pathlib.Path(__file__).resolve().parent / "hostile_guest.py"
GUESSES = 10  # wrong tokens that an address may try in a minute


def test_forced_logins_beside_guests(machine):
    """A forced login must know where keys come from; the block for guests names a place of its own, for guests alone."""
    prepare(machine)
    screen = Screen(machine.ssh("dan"))
    screen.wait_prompt()
    assert machine.sessions("dan"), screen.text()
    told = machine.exec("dan", "echo out; exit 7", check=False)
    assert (told.returncode, told.stdout) == (7, "out\n"), told
    run("sh", "-c", "echo 'AuthorizedKeysFile /etc/keys/%u' > /etc/ssh/sshd_config.d/60-other.conf")
    told = machine.exec("dan", "echo out", check=False)
    assert told.returncode == 1 and "elsewhere than authorized_keys" in told.stderr, told
    run("rm", "/etc/ssh/sshd_config.d/60-other.conf")
    machine.berth("dan", "kill-server")
    screen.wait_end()
    screen.close()


def test_who_guesses_tokens_is_kept_out_and_nobody_else(machine):
    screen = owner(machine)
    made = share(machine)
    assert run("stat", "-c", "%a %s", "/run/berth/guesses").stdout == "600 16384\n"
    assert plain(machine, token(made["ssh"])).returncode == 126  # let in, and a guest needs a terminal

    def kept_out():
        """On a machine that is busy the guesses of one round may not be of one minute, or not all be counted."""
        with concurrent.futures.ThreadPoolExecutor(GUESSES) as pool:
            for wrong in pool.map(lambda letter: plain(machine, "ro-" + letter * 26), "abcdefghijklmnop"):
                assert wrong.returncode == 255 and "Permission denied" in wrong.stderr, wrong
        told = plain(machine, token(made["ssh"]))
        return told.returncode == 255 and "Permission denied" in told.stderr

    wait_for(kept_out, "who guesses is kept out")
    assert machine.exec("alice", "echo let in").stdout == "let in\n"
    other = Screen(machine.ssh("bob"))
    other.wait_prompt()
    machine.berth("bob", "kill-server")
    os.truncate("/run/berth/guesses", 0)  # as if the minute were over
    os.truncate("/run/berth/guesses", 16384)
    visitor = guest(machine, made["ssh"])
    visitor.wait("ready>")
    end(machine, screen, other, visitor)


def test_clipboards_of_what_a_guest_does_not_see_stay_with_the_owner(machine):
    """Policy lets it reach guests: from what they are shown, while they are."""
    screen, made, visitor = meet(machine, "-t", "pane")
    for terminal in (screen, visitor):
        keeps_clipboard(terminal)
    copy(screen, "shown")
    wait_for(lambda: clipboard(visitor) == "shown", "what a shown pane copies reaches the guest")

    def kept(text):
        copy(screen, text)
        wait_for(lambda: clipboard(screen) == text, "the owner has it")
        heard(machine, visitor)  # and what the mux wrote before that has come
        assert clipboard(visitor) == "shown", clipboard(visitor)

    private(machine, "on")
    kept("private")
    private(machine, "off")
    machine.berth("alice", "pause")
    copy(screen, "paused")
    wait_for(lambda: clipboard(screen) == "paused", "the owner has it")
    machine.berth("alice", "resume")
    heard(machine, visitor)
    assert clipboard(visitor) == "shown", clipboard(visitor)
    machine.berth("alice", "split-window", "-t", "0")
    wait_for(lambda: "ready>" in machine.berth("alice", "capture-pane", "-p").stdout, "the prompt of the other pane")
    kept("unshared")
    end(machine, screen, visitor)


def test_guests_of_one_token_cannot_touch_each_other(machine):
    screen, made, first = meet(machine)
    second = guest(machine, made["ssh"])
    second.wait("ready>")
    pids = machine.pids("guest-shell")
    assert len(pids) == 2, pids
    for pid in pids:
        status = dict(line.split(":\t") for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
        assert (status["Seccomp"], status["NoNewPrivs"], status["CapEff"]) == ("2", "1", "0" * 16), status
        uid = status["Uid"].split()[0]
        assert int(uid) >= 60706, uid
        # Even another program of that account, which no guest has, could not look into it.
        looked = run("setpriv", "--reuid", uid, "--clear-groups", "cat", f"/proc/{pid}/environ", f"/proc/{pid}/mem", check=False)
        assert looked.returncode != 0 and looked.stdout == "", looked
    end(machine, screen, first, second)


def hostile(machine, *words):
    """What became of each message of a guest's program that says what it likes."""
    result = run("runuser", "-u", "bob", "--", "/usr/bin/python3", HOSTILE, *words, timeout=5 * PATIENCE)
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_guest_s_program_may_say_what_it_likes(machine):
    """One who may type has the keyboard of the pane that is shared, whatever the messages are."""
    screen = owner(machine)
    share(machine, "-w", "-t", "pane", "--with", "bob")
    before = shown(machine, "#{session_windows} #{window_panes} #{session_name} #{history_limit}")
    told = hostile(machine, "alice")
    assert len(told) > 40 and all(one["dropped"] for one in told), [one for one in told if not one["dropped"]]
    assert not os.path.exists("/tmp/owned") and not os.path.exists("/run/home/alice/owned")
    assert shown(machine, "#{session_windows} #{window_panes} #{session_name} #{history_limit}") == before
    assert machine.berth("alice", "show-environment", "OWNED", check=False).returncode == 1
    assert machine.berth("alice", "list-buffers").stdout == "" and machine.sessions("alice") == ["main"]
    wait_for(lambda: guests(machine) == [], "no guest is left")
    screen.line("echo un''harmed")
    screen.wait("unharmed")
    end(machine, screen)


if __name__ == "__main__":
    main(globals(), {"policy": "[share]\ntokens = all\nclipboard = yes\n\n[user dan]\nhook = force\n"})
