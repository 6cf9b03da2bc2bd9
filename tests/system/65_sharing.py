"""Sharing with the package, sshd and systemd of the machine: policy switches it on, guests come with a token from another machine
or with an account of this one, and are kept to the pane; what the journal has of it; and that it leaves nothing."""

import contextlib
import importlib
import json
import os
import re
import subprocess
import sys
import time

import machine
from machine import ADDRESS, Terminal, shell, ssh

POLICY = "/etc/berth/berth.conf.d/60-test.conf"
GUEST_RULES = "/etc/ssh/sshd_config.d/40-berth-guests.conf"
ASKED = "user={},host=x,addr=192.0.2.2,laddr=192.0.2.1,lport=22"
NO_KEY = ("-o", "IdentityFile=none", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes")
ENDED = "this share has ended"
TOKENS = []  # that were made, for what must not have them
BEGIN = int(time.time())


def effective(user):
    return dict(line.split(" ", 1) for line in shell(f"sshd -T -C '{ASKED.format(user)}'").splitlines() if " " in line)


def owner():
    terminal = Terminal("alice")
    terminal.prompt()
    return terminal


def share(*words):
    made = json.loads(shell(f"berth share --json {' '.join(words)}", user="alice"))
    for link in ("ssh", "ssh_ro"):
        found = re.fullmatch(r"ssh (r[ow]-[a-z2-7]{26})@(\S+)", made[link])
        made[link] = found.group(1) if found else ""
        TOKENS.extend([made[link]] if found else [])
    return made


def guest(token):
    return Terminal(token, options=NO_KEY)


def pane():
    """What the owner's pane shows."""
    return shell("berth capture-pane -p", user="alice")


def guests():
    return json.loads(shell("berth guests --json", user="alice"))


def seen_by(terminal, owner_s, word):
    """The owner prints a word; it is on the other terminal."""
    owner_s.command(f"echo {word[:2]}''{word[2:]}")
    terminal.expect(word)


@contextlib.contextmanager
def session():
    terminal = owner()
    try:
        yield terminal
    finally:
        shell("berth kill-server || true", user="alice")
        terminal.status()


def switched_on_by_policy():
    assert not machine.succeeds(f"test -e {GUEST_RULES}")
    token = "rw-" + "a" * 26
    assert effective(token)["permitemptypasswords"] == "no"
    machine.write(POLICY, "[share]\ntokens = all\n")
    shell("systemctl reload berthd")
    rules = machine.wait_for("sshd's rules for guests", lambda: shell(f"cat {GUEST_RULES} || true", check=False))
    assert "Match User" in rules, rules
    shell("sshd -t")
    machine.wait_for("rules in force", lambda: effective(token).get("permitemptypasswords") == "yes")
    settings = effective(token)
    assert settings["forcecommand"].startswith("/usr/lib/berth/"), settings
    assert settings["disableforwarding"] == "yes" and settings["permituserrc"] == "no", settings
    assert effective("alice")["permitemptypasswords"] == "no" and effective("alice").get("forcecommand", "none") == "none"
    assert shell("grep '^passwd:' /etc/nsswitch.conf").split() == ["passwd:", "files", "berth", "systemd"]


def a_token_leads_into_the_owner_s_session():
    with session() as screen:
        made = share()
        for link, how in (("ssh", "type into"), ("ssh_ro", "read")):
            visitor = guest(made[link])
            visitor.expect(f"You {how} alice's session")
            seen_by(visitor, screen, f"shown-{how[:4]}")
            assert not machine.succeeds(f"getent passwd {made[link]} | grep -q alice")
            visitor.type("\x02d")
            visitor.expect(r"\[left alice's session\]")
            assert visitor.status() == 0


def a_reader_s_keys_do_not_arrive_and_a_writer_s_do():
    with session() as screen:
        made = share()
        reader, writer = guest(made["ssh_ro"]), guest(made["ssh"])
        for visitor in (reader, writer):
            visitor.expect("alice's session")
        reader.command("READ=1")
        reader.type("\x02c\x02:")
        reader.command("kill-server")
        seen_by(reader, screen, "first-look")  # what the reader typed has been gone through by now
        writer.command("WROTE=1; echo wri''tten")
        screen.expect("written")
        screen.command("echo r=$READ w=$WROTE.")  # the owner's screen has a status line now: frames of it come between
        said = machine.wait_for("the owner's answer", lambda: re.search(r"^r=(\S*) w=(\S*)\.$", pane(), re.MULTILINE))
        assert said.groups() == ("", "1"), pane()
        assert shell("berth list-windows -F '#{window_index}'", user="alice").split() == ["0"]


def no_side_door():
    with session():
        name = share()["ssh"]
        for options, words in (((), ("id",)), (("-tt",), ("id",)), (("-T",), ()), (("-s",), ("sftp",)),
                               (("-N", "-o", "ExitOnForwardFailure=yes", "-R", "2290:127.0.0.1:22"), ()),
                               (("-W", "127.0.0.1:22"), ())):
            status, output, errors = ssh(name, *options, ADDRESS, *words, options=NO_KEY)
            assert status != 0 and "uid=" not in output and "SSH-2.0" not in output, (options, words, output, errors)
        status, output, errors = machine.on_client(*machine.ssh_words(name, f"{name}@{ADDRESS}", program="sftp", options=NO_KEY))
        assert status != 0 and "sftp>" not in output, (output, errors)
        public = shell("cd /run/berth/tokens && ls -t berth-s* | head -1").strip()
        assert ssh(public, ADDRESS, options=NO_KEY)[0] == 255, public


def kicked_and_ended():
    with session():
        made = share()
        visitor = guest(made["ssh"])
        visitor.expect("alice's session")
        shell(f"berth kick {guests()[0]['id']}", user="alice")
        visitor.expect(r"\[alice ended your visit\]")
        assert visitor.status() == 1
        again = guest(made["ssh_ro"])
        again.expect("alice's session")
        shell(f"berth unshare {made['id']}", user="alice")
        again.expect(rf"\[{ENDED}\]")
        assert again.status() == 1


def told_in_the_same_words():
    """Revoked, used up and expired are one line; of what never was, sshd says what it says of any name."""
    with session():
        used, revoked, expired = share("--once"), share(), share("--ttl", "60")
        visitor = guest(used["ssh"])
        visitor.expect("alice's session")
        shell(f"berth unshare {revoked['id']}", user="alice")
        texts = set()
        for name in (used["ssh"], revoked["ssh"], revoked["ssh_ro"]):
            late = guest(name)
            assert late.status() == 1, late.seen
            texts.add(late.seen.strip().decode())
        assert texts == {ENDED}, texts
        assert expired["expires"] - expired["created"] == 60, expired
        unknown = ssh("rw-" + "b" * 26, ADDRESS, options=NO_KEY)
        nobody = ssh("nobody-of-that-name", ADDRESS, options=NO_KEY)
        assert unknown[0] == nobody[0] == 255
        assert "Permission denied" in unknown[2], (unknown, nobody)


def an_account_joins():
    with session() as screen:
        made = share("-r", "--with", "bob")
        visitor = Terminal("bob", ADDRESS, "berth", "join", "alice")
        visitor.expect("You read alice's session")
        seen_by(visitor, screen, "for-bob")
        assert [one["name"] for one in guests()] == ["bob"], made
        visitor.type("\x02d")
        assert visitor.status() == 0
        status, output, errors = ssh("carol", "-tt", ADDRESS, "berth join alice")
        assert status == 1 and "alice shares nothing with you" in output + errors, (output, errors)


def events(share_id):
    text = shell(f"journalctl -o json BERTH_SHARE={share_id} _SYSTEMD_UNIT=berthd.service | cat")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def the_journal_has_numbers_and_no_token():
    with session():
        made = share()
        visitor = guest(made["ssh_ro"])
        visitor.expect("alice's session")
        number = str(guests()[0]["id"])
        shell(f"berth pause {number}; berth unshare {made['id']}", user="alice")
        visitor.status()

    def written():
        found = events(made["id"])
        return found if len({entry.get("MESSAGE_ID") for entry in found}) >= 5 else None

    found = machine.wait_for("created, joined, paused, left and ended", written)
    for entry in found:
        assert entry["BERTH_USER"] == "alice" and entry.get("MESSAGE_ID"), entry
    assert any(entry.get("BERTH_GUEST") == number and entry.get("BERTH_PEER") == machine.CLIENT_ADDRESS for entry in found), found
    assert len(TOKENS) > 5
    text = shell(f"journalctl --since @{BEGIN} -o export | cat; cat /run/utmp /var/log/wtmp; find /run/berth -type f -exec cat {{}} +; find /run/berth")
    assert not [line for line in text.splitlines() if any(name in line for name in TOKENS)]


def a_wrong_token_is_told_without_it():
    begin = shell("date +%s").strip()
    wrong = "rw-" + "c" * 26
    assert ssh(wrong, ADDRESS, options=NO_KEY)[0] == 255
    told = f"pam_berth: a wrong token from {machine.CLIENT_ADDRESS}"
    machine.wait_for("the journal", lambda: told in shell(f"journalctl --since @{begin} -o cat | cat"))
    assert wrong not in shell(f"journalctl --since @{BEGIN} -o export | cat")


SERVER = '''
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        open(sys.argv[1], "ab").write(body + b"\\n")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
http.server.HTTPServer(("192.0.2.2", 8099), Handler).serve_forever()
'''


def a_web_hook_and_root_s_file_are_told():
    told = os.path.join(machine.STATE, "told")
    open(told, "w").close()
    words = ["nsenter", "-t", str(machine.load()["holder"]), "--net", "--", sys.executable, "-c", SERVER, told]
    server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    machine.write(POLICY, "[share]\ntokens = all\nattribution = yes\nwebhook = http://192.0.2.2:8099/\n")
    shell("systemctl reload berthd")
    try:
        with session() as screen:
            made = share()
            visitor = guest(made["ssh"])
            visitor.expect("You type into")
            visitor.command("echo arri''ved")
            screen.expect("arrived")
            shell(f"berth kick {guests()[0]['id']}; berth unshare {made['id']}", user="alice")
            visitor.status()

        def heard():
            with open(told) as file:
                return [json.loads(line)["event"] for line in file] == ["share", "join", "leave", "end"]

        machine.wait_for("the web hook", heard)
        pid = shell("systemctl show -p MainPID --value berth-webhook.service").strip()
        assert shell(f"stat -c %u /proc/{pid}").strip() != "0" and "NoNewPrivs:\t1" in shell(f"cat /proc/{pid}/status")
        log = "/var/log/berth/attribution.log"
        machine.wait_for("root's file", lambda: f"share={made['id']} " in shell(f"cat {log} || true"))
        assert shell(f"stat -c '%a %u' {log} /var/log/berth").split() == ["600", "0", "700", "0"]
        assert not machine.succeeds(f"runuser -u alice -- cat {log}")
        with open(told) as file:
            text = file.read() + shell(f"cat {log}")
        assert not [name for name in TOKENS if name in text], text
    finally:
        server.kill()
        server.wait()


def nothing_is_left_when_it_is_off():
    shell(f"rm {POLICY}; systemctl reload berthd")
    machine.wait_for("no rules for guests", lambda: not machine.succeeds(f"test -e {GUEST_RULES}"))
    machine.wait_for("none in force", lambda: effective("rw-" + "a" * 26).get("permitemptypasswords") == "no")
    assert ssh(TOKENS[-1], ADDRESS, options=NO_KEY)[0] == 255


def nothing_is_left_of_the_package():
    """Removed while tokens were on and a guest was there; 90_remove has everything else."""
    boot = importlib.import_module("01_boot")
    machine.write(POLICY, "[share]\ntokens = all\n")
    shell("systemctl reload berthd")
    machine.wait_for("rules in force", lambda: effective("rw-" + "a" * 26).get("permitemptypasswords") == "yes")
    with session() as screen:
        made = share()
        visitor = guest(made["ssh"])
        visitor.expect("alice's session")
        shell("apt-get remove -y berth")
        assert not machine.succeeds("ls -d /etc/ssh/sshd_config.d/*berth* /run/berth/tokens /run/berth/shares /run/berth/webhook.sock | grep .")
        assert effective(made["ssh"])["permitemptypasswords"] == "no"
        assert shell("grep '^passwd:' /etc/nsswitch.conf").split() == ["passwd:", "files", "systemd"]
        assert not machine.succeeds(f"getent passwd {made['ssh']}")
        assert ssh(made["ssh"], ADDRESS, options=NO_KEY)[0] == 255
        different = set(machine.load()["sums"].splitlines()) ^ set(shell(boot.SUMS).splitlines())
        assert not [line for line in different if "pam.d/berth" not in line], different  # a conffile, for purge to take
        visitor.expect(rf"\[{ENDED}\]")
        assert visitor.status() == 1
        screen.command("echo goes''-on")  # the owner's session does
        screen.expect("goes-on")
        boot.install()
        shell(f"rm {POLICY}; systemctl reload berthd")
        machine.wait_for("berthd", lambda: machine.succeeds("berth ls >/dev/null 2>&1; systemctl is-active berthd"))


if __name__ == "__main__":
    raise SystemExit(machine.main(
        switched_on_by_policy, a_token_leads_into_the_owner_s_session, a_reader_s_keys_do_not_arrive_and_a_writer_s_do, no_side_door,
        kicked_and_ended, told_in_the_same_words, an_account_joins, the_journal_has_numbers_and_no_token,
        a_wrong_token_is_told_without_it, a_web_hook_and_root_s_file_are_told, nothing_is_left_when_it_is_off, nothing_is_left_of_the_package))
