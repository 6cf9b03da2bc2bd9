"""Sharing: what an owner does, guests by token over a stock sshd, guests with accounts; and that nobody else notices."""

import json
import os
import subprocess
import time

from machine import ROOT, Screen, main, run, wait_for
from sharing import NO_KEY, end, guest, guest_number, guests, heard, meet, owner, plain, private, share, shown, token

def test_a_reader_sees_and_types_nothing(machine):
    screen = owner(machine)
    made = share(machine, "-r")
    assert made["ssh"] == "" and made["write"] is False, made
    visitor = guest(machine, made["ssh_ro"])
    screen.line("echo he''llo")
    visitor.wait("hello")
    visitor.line("echo in''truder; C=1")
    visitor.press("C-b", ":")
    visitor.line("kill-server")
    visitor.press("C-b", "c")
    screen.line("echo C=$C.")
    visitor.wait("C=.")
    assert "intruder" not in screen.text() and machine.sessions("alice") == ["main"]
    assert machine.berth("alice", "list-windows", "-F", "#{window_index}").stdout.split() == ["0"]
    visitor.press("C-b", "d")
    assert visitor.wait_end() == 0
    visitor.wait_last("[left alice's session]")
    end(machine, screen, visitor)


def test_a_writer_types_and_commands_nothing(machine):
    screen, made, visitor = meet(machine)
    visitor.line("echo typ''ed")
    screen.wait("typed")
    visitor.press("C-b", "c")
    visitor.press("C-b", ":")
    visitor.line("# kill-server")
    visitor.wait("kill-server")
    assert machine.berth("alice", "list-windows", "-F", "#{window_index}").stdout.split() == ["0"]
    machine.berth("alice", "role", guest_number(machine), "read")
    visitor.line("echo more''over")
    heard(machine, visitor)
    screen.line("echo do''ne")
    visitor.wait("done")
    assert "moreover" not in screen.text()
    machine.berth("alice", "role", guest_number(machine), "write")
    visitor.line("echo bac''k")
    screen.wait("back")
    end(machine, screen, visitor)


def test_tokens_are_not_to_be_seen(machine):
    screen, made, visitor = meet(machine)
    for name in (token(made["ssh"]), token(made["ssh_ro"])):
        seen = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    text = open(f"/proc/{entry}/cmdline", "rb").read()
                except OSError:
                    continue
                if name.encode() in text and b"sshd:" in text:
                    seen.append(text)
        assert not seen, seen
        for folder in ("/run/berth", "/run/berth/tokens"):
            for file in os.listdir(folder):
                path = os.path.join(folder, file)
                assert name not in file
                if os.path.isfile(path):
                    assert name.encode() not in open(path, "rb").read(), path
        assert name not in open(ROOT / "berthd.log").read()
    assert token(made["ssh"]) not in run("who", "/run/utmp").stdout
    end(machine, screen, visitor)


def test_no_side_door(machine):
    screen = owner(machine)
    made = share(machine)
    name = token(made["ssh"])
    for words in (["id"], ["-tt", "id"], ["-T"], ["-s", "sftp"]):
        options = (*NO_KEY, *[word for word in words if word.startswith("-")])
        rest = [word for word in words if not word.startswith("-")]
        result = plain(machine, name, *rest, options=options)
        assert result.returncode != 0 and "uid=" not in result.stdout, (words, result)
    for words in (["-N", "-o", "ExitOnForwardFailure=yes", "-R", "2290:127.0.0.1:22"], ["-W", "127.0.0.1:2222"]):
        result = plain(machine, name, options=(*NO_KEY, *words))
        assert result.returncode != 0 and "SSH-2.0" not in result.stdout, (words, result)
    public = [entry for entry in os.listdir("/run/berth/tokens") if entry.startswith("berth-s")]
    for entry in public:
        assert plain(machine, entry).returncode == 255
    end(machine, screen)


def test_ends_are_told_alike_and_at_once(machine):
    screen, made, visitor = meet(machine, link="ssh_ro")
    begin = time.monotonic()
    machine.berth("alice", "unshare", str(made["id"]))
    visitor.wait_end()
    print(f"      unshare to a closed connection: {time.monotonic() - begin:.2f} s, with the commands and a look at the screen")
    visitor.wait_last("[this share has ended]")
    visitor.close()
    texts = set()
    ended = guest(machine, made["ssh"])
    ended.wait_last("this share has ended")
    assert ended.wait_end() == 1
    texts.add(ended.scrollback().strip().split("\n")[0])
    once = share(machine, "--once")
    first = guest(machine, once["ssh"])
    first.wait("ready>")
    second = guest(machine, once["ssh"])
    assert second.wait_end() == 1
    texts.add(second.scrollback().strip().split("\n")[0])
    assert texts == {"this share has ended"}, texts
    dead = plain(machine, "rw-" + "a" * 26)
    assert dead.returncode == 255 and "Permission denied" in dead.stderr, dead
    end(machine, screen, ended, first, second)


def test_a_share_ends_by_itself(machine):
    screen = owner(machine)
    made = share(machine, "--ttl", "15s")
    visitor = guest(machine, made["ssh"])
    visitor.wait("ready>")
    assert visitor.wait_end() == 1
    visitor.wait_last("[this share has ended]")
    late = guest(machine, made["ssh"])
    late.wait_last("this share has ended")
    told = machine.berth("alice", "shares").stdout, machine.berth("alice", "show-messages").stdout
    assert not told[0] and f"share {made['id']} has ended" in told[1], told
    end(machine, screen, visitor, late)


def test_keys(machine):
    screen = owner(machine)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ROOT / "client/other")
    made = share(machine, "--key", (ROOT / "client/key.pub").read_text().strip())
    with_key = ("-i", str(ROOT / "client/key"), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes")
    other_key = ("-i", str(ROOT / "client/other"), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes")
    visitor = guest(machine, made["ssh"], options=with_key)
    visitor.wait("ready>")
    fingerprint = run("ssh-keygen", "-lf", ROOT / "client/key.pub").stdout.split()[1]
    assert guests(machine)[0]["name"] == fingerprint, guests(machine)
    for options in (NO_KEY, other_key):
        result = plain(machine, token(made["ssh"]), options=options)
        assert result.returncode == 255 and "Permission denied" in result.stderr, result
    end(machine, screen, visitor)


def test_a_guest_s_size_is_the_guest_s_own(machine):
    screen = owner(machine, rows=24, columns=80)
    made = share(machine, "-r")
    before = shown(machine, "#{window_width}x#{window_height}")
    small = guest(machine, made["ssh_ro"], rows=10, columns=40)
    large = guest(machine, made["ssh_ro"], rows=40, columns=120)
    screen.line("echo le''tter")
    small.wait("letter")
    large.wait("letter")
    assert shown(machine, "#{window_width}x#{window_height}") == before
    end(machine, screen, small, large)


def test_pause_kick_and_what_is_masked(machine):
    screen, made, visitor = meet(machine)
    machine.berth("alice", "pause")
    visitor.wait("paused by the owner")
    screen.line("echo sec''ret")
    screen.wait("secret")
    visitor.line("echo ty''ped")
    heard(machine, visitor)
    machine.berth("alice", "resume")
    visitor.wait("secret")
    assert "typed" not in screen.text()
    screen.line("read -s -p 'word: ' W")
    visitor.wait("a password is being typed")
    screen.line("hidden")
    visitor.wait("secret")
    private(machine, "on")
    visitor.wait("private")
    visitor.line("echo un''seen")
    heard(machine, visitor)
    private(machine, "off")
    visitor.wait("secret")
    assert "unseen" not in screen.text()
    machine.berth("alice", "kick", guest_number(machine))
    assert visitor.wait_end() == 1
    visitor.wait_last("[alice ended your visit]")
    assert guests(machine) == []
    log = machine.berth("alice", "show-messages").stdout
    for words in ("joined to type", "is paused", made["ssh"]):
        assert words in log, log
    end(machine, screen, visitor)


def test_accounts(machine):
    screen = owner(machine)
    made = share(machine, "-r", "--with", "bob")
    assert made["ssh_ro"] == "", made
    bob = Screen(machine.ssh("bob", "-t", "berth", "join", "alice"))
    screen.line("echo fo''r bob")
    bob.wait("for bob")
    refused = machine.exec("dan", "-tt", "berth", "join", "alice", check=False)
    assert (refused.returncode, refused.stdout.strip()) == (1, "alice shares nothing with you"), refused
    nobody = machine.exec("dan", "-tt", "berth", "join", "nobody-there", check=False)
    assert nobody.stdout.strip() == "nobody-there shares nothing with you", nobody
    assert [one["name"] for one in guests(machine)] == ["bob"]
    bob.press("C-b", "d")
    assert bob.wait_end() == 0
    end(machine, screen, bob)


def test_knocking(machine):
    screen = owner(machine, columns=120)
    made = share(machine, "--ask")
    visitor = guest(machine, made["ssh"])
    visitor.wait("Waiting for alice to let you in.")
    wait_for(lambda: guests(machine), "the guest is seen")
    machine.berth("alice", "admit", guest_number(machine), "read")
    visitor.wait("ready>")
    assert guests(machine)[0]["role"] == "read"
    other = guest(machine, made["ssh"])
    other.wait("Waiting for alice to let you in.")
    wait_for(lambda: len(guests(machine)) == 2, "the second guest is seen")
    machine.berth("alice", "refuse", guest_number(machine, 1))
    assert other.wait_end() == 1
    other.wait_last("alice did not let you in")
    end(machine, screen, visitor, other)


def test_guests_come_back_to_another_mux_and_another_berthd(machine):
    screen, made, visitor = meet(machine, "--once")
    machine.kill(machine.pids("berth-mux")[0])
    screen.line("echo af''ter")
    visitor.wait("after")
    machine.berthd.kill()
    machine.berthd.wait()
    machine.start_berthd()
    screen.line("echo ag''ain")
    visitor.wait("again")
    wait_for(lambda: machine.berth("alice", "shares", check=False).stdout, "the share is known")
    machine.berth("alice", "kick", "--all")
    visitor.wait_end()
    end(machine, screen, visitor)


def test_a_private_pane_stays_private_after_a_crash(machine):
    screen = owner(machine)
    made = share(machine)
    private(machine, "on")
    visitor = guest(machine, made["ssh"])
    visitor.wait("private")
    machine.kill(machine.pids("berth-mux")[0])
    screen.line("echo sec''ret")
    screen.wait("secret")
    wait_for(lambda: guests(machine), "the guest is back")
    visitor.wait("private")
    assert "secret" not in visitor.text()
    private(machine, "off")
    visitor.wait("secret")
    end(machine, screen, visitor)


def test_admins(machine):
    screen, made, visitor = meet(machine, link="ssh_ro")
    shares = json.loads(run("berth", "admin", "shares", "--json").stdout)
    assert [(one["id"], one["user"], one["guests"]) for one in shares] == [(made["id"], "alice", 1)], shares
    assert json.loads(run("berth", "admin", "guests", "--json").stdout)[0]["role"] == "read"
    assert machine.berth("bob", "admin", "shares").stdout == ""
    assert machine.berth("bob", "admin", "unshare", str(made["id"]), check=False).returncode == 1
    run("berth", "admin", "unshare", made["id"])
    visitor.wait_last("[this share has ended]")
    for _ in range(2):
        share(machine)
    machine.berth("bob", "admin", "unshare", "--all")
    assert len(json.loads(run("berth", "admin", "shares", "--json").stdout)) == 2
    run("berth", "admin", "unshare", "--all")
    assert run("berth", "admin", "shares").stdout == ""
    end(machine, screen, visitor)


def test_the_end_of_the_session_is_the_end_of_the_share(machine):
    screen, made, visitor = meet(machine, link="ssh_ro")
    screen.line("exit")
    visitor.wait_end()
    wait_for(lambda: run("berth", "admin", "shares").stdout == "", "the share has ended")
    screen.close()
    visitor.close()


def test_waiting_and_formats(machine):
    screen = owner(machine)
    waiting = subprocess.Popen(["runuser", "-u", "alice", "--", "berth", "wait", "tmate-ready"], stdin=subprocess.DEVNULL)
    made = share(machine)
    assert waiting.wait(60) == 0
    machine.berth("alice", "wait", "berth-ready")
    text = shown(machine, "#{tmate_ssh}|#{tmate_ssh_ro}|#{share_guests}")
    assert text == f"{made['ssh']}|{made['ssh_ro']}|0", text
    end(machine, screen)


if __name__ == "__main__":
    main(globals(), {"policy": "[share]\ntokens = all\n"})
