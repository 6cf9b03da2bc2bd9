"""Sharing: who is told what: web hooks, root's file of what guests typed, a guest's own command, a shared session without a terminal; and
what a guest asked for outlives the multiplexer."""

import http.server
import json
import os
import re
import signal
import stat
import subprocess
import threading

from machine import ROOT, Screen, main, run, wait_for
from sharing import end, guest, guest_number, guests, meet, owner, prepare, share, shown, token

PORT = 8099
LOG = "/var/log/berth/attribution.log"


class Hook:
    """A web server that remembers what it is told, and answers with the statuses that it was given first."""

    def __init__(self, *statuses):
        self.statuses, self.asked, self.told = list(statuses), 0, []
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.asked += 1
                status = hook.statuses.pop(0) if hook.statuses else 204
                if status == 204:
                    hook.told.append((self.path, self.headers["Content-Type"], json.loads(body), body.decode()))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self):
        return [event["event"] for _, _, event, _ in self.told]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def test_a_web_hook_hears_of_everything_in_order(machine):
    """The first tries fail: nobody listens, then the server is not well."""
    screen = owner(machine)
    made = share(machine)
    visitor = guest(machine, made["ssh"])
    visitor.wait("ready>")
    wait_for(lambda: machine.pids("berth-webhook"), "berth-webhook runs")
    pid = machine.pids("berth-webhook")[0]
    hook = Hook(503, 500)
    asking = share(machine, "--ask")
    other = guest(machine, asking["ssh_ro"])
    other.wait("Waiting for alice to let you in.")
    wait_for(lambda: len(guests(machine)) == 2, "the second guest is seen")
    machine.berth("alice", "refuse", guest_number(machine, 1))
    other.wait_end()
    machine.berth("alice", "kick", guest_number(machine))
    visitor.wait_end()
    machine.berth("alice", "unshare", "--all")
    wanted = ["share", "join", "share", "refused", "leave", "end", "end"]
    wait_for(lambda: hook.events() == wanted, lambda: f"told in this order: {hook.events()}")
    assert hook.asked >= len(wanted) + 2, hook.asked
    for path, kind, event, text in hook.told:
        assert (path, kind, event["user"], event["host"]) == ("/hook?from=berth", "application/json", "alice", "e2e"), event
        for link in (made["ssh"], made["ssh_ro"], asking["ssh"], asking["ssh_ro"]):
            assert token(link) not in text, text
    assert hook.told[1][2]["guest"]["role"] == "write" and hook.told[4][2]["why"] == "kicked"
    status = dict(line.split(":\t") for line in open(f"/proc/{pid}/status").read().splitlines() if ":\t" in line)
    assert status["Uid"].split()[0] != "0" and status["NoNewPrivs"] == "1" and status["CapEff"] == "0" * 16, status
    hook.close()
    end(machine, screen, visitor, other)


def test_a_web_hook_s_program_that_dies_is_started_again(machine):
    screen = owner(machine)
    hook = Hook()
    share(machine)
    wait_for(lambda: "share" in hook.events(), "the share is told")
    machine.kill(machine.pids("berth-webhook")[0])
    wait_for(lambda: not machine.pids("berth-webhook"), "it is dead")

    def told_again():
        machine.berth("alice", "unshare", "--all")
        share(machine)
        return hook.events().count("share") > 1

    wait_for(told_again, "another one tells")
    hook.close()
    end(machine, screen)


def test_what_a_writer_typed_is_in_root_s_file(machine):
    screen, made, visitor = meet(machine)
    visitor.line("echo typ''ed")
    screen.wait("typed")
    pattern = re.compile(rf"20\S+Z owner=alice share={made['id']} guest=\d+ name=guest-\d+ from=127.0.0.1 pane=%\d+ bytes=(\d+)\n")

    def counted():
        lines = open(LOG).read() if os.path.exists(LOG) else ""
        return sum(int(number) for number in pattern.findall(lines)) == len("echo typ''ed\r")

    wait_for(counted, lambda: f"each byte is counted: {open(LOG).read() if os.path.exists(LOG) else 'no file'}")
    before = len(open(LOG).readlines())
    visitor.line("echo la''st")
    screen.wait("last")
    machine.berth("alice", "kick", guest_number(machine))  # within the second of the batch: it is not lost
    visitor.wait_end()
    wait_for(lambda: len(open(LOG).readlines()) > before, "the last line is counted too")
    assert "typ" not in open(LOG).read().replace("pty", "")
    info = os.stat(LOG)
    assert (stat.S_IMODE(info.st_mode), info.st_uid, stat.S_IMODE(os.stat("/var/log/berth").st_mode)) == (0o600, 0, 0o700), info
    assert run("runuser", "-u", "alice", "--", "cat", LOG, check=False).returncode != 0
    end(machine, screen, visitor)


def test_a_guest_proposes_by_a_command(machine):
    screen = owner(machine)
    share(machine, "-r", "--with", "bob")
    nobody = machine.berth("bob", "propose", "echo x", check=False)
    assert (nobody.returncode, nobody.stderr.strip()) == (1, "you are nobody's guest now"), nobody
    bob = Screen(machine.ssh("bob", "-t", "berth", "join", "alice"))
    bob.wait("ready>")
    told = machine.berth("bob", "propose", "echo pro''posed")
    assert told.stdout.strip() == "the owner sees it", told
    assert guests(machine)[0]["proposal"] == "echo pro''posed", guests(machine)
    assert machine.berth("bob", "propose", "-t", "alice", "echo again''st").returncode == 0
    for wrong in ("echo x\ry", "x" * 201, "", "\u202eevil"):
        refused = machine.berth("bob", "propose", wrong, check=False)
        assert refused.returncode == 1 and "at most 200 bytes" in refused.stderr, refused
    assert machine.berth("bob", "propose", "-t", "zoe", "x", check=False).returncode == 1
    assert machine.berth("dan", "propose", "x", check=False).returncode == 1
    assert len(guests(machine)) == 1
    machine.berth("alice", "accept", guest_number(machine))
    screen.wait("against")
    assert guests(machine)[0]["proposal"] == ""
    end(machine, screen, bob)


def test_hands_lines_and_the_floor_outlive_the_mux(machine):
    screen = owner(machine, columns=120)
    made = share(machine, "--floor")
    first = guest(machine, made["ssh"])
    first.wait("ready>")
    second = guest(machine, made["ssh"])
    second.wait("ready>")
    first.line("echo fir''st")
    screen.wait("first")
    second.press("C-b", "h")
    second.wait("You raise a hand.")
    second.press("C-b", "Enter")
    second.wait("propose: ")
    second.line("echo li''ne")
    wait_for(lambda: guests(machine)[1]["proposal"], "the proposal is seen")
    machine.kill(machine.pids("berth-mux")[0])
    wait_for(lambda: len(guests(machine)) == 2, "the guests are back")
    one, two = sorted(guests(machine), key=lambda one: one["id"])  # they come back in any order
    assert one["floor"] and two["hand"] and two["proposal"] == "echo li''ne", (one, two)
    second.wait("first")
    second.line("echo intru''der")
    second.wait("Another guest has the floor")
    machine.berth("alice", "accept", str(two["id"]))
    screen.wait("line")
    assert "intruder" not in screen.text()
    end(machine, screen, first, second)


def test_a_shared_session_without_a_terminal(machine):
    prepare(machine)
    told = ROOT / "foreground.log"
    with open(told, "w") as log:
        alone = subprocess.Popen(["runuser", "-u", "alice", "--", "berth", "-F"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    links = wait_for(lambda: re.search(r"to read: (ssh ro-\S+)\n.*to type: (ssh rw-\S+)\n", told.read_text(), re.DOTALL),
                     lambda: f"the links: {told.read_text()}")
    visitor = guest(machine, links.group(2))
    visitor.wait("ready>")
    visitor.line("exit")
    wait_for(lambda: "the shell has ended; it is started again" in told.read_text(), lambda: f"it is said: {told.read_text()}")
    wait_for(lambda: shown(machine, "#{pane_dead}") == "0", "another shell is there")
    visitor.line("echo he''re")
    visitor.wait("here")
    machine.kill(machine.pids("berth-mux")[0])
    wait_for(lambda: guests(machine), "the guest is back with the next mux")
    visitor.line("exit")
    wait_for(lambda: told.read_text().count("it is started again") == 2, lambda: f"it is started again: {told.read_text()}")
    wait_for(lambda: shown(machine, "#{pane_dead}") == "0", "another shell is there")
    visitor.line("clear; echo th''ere")
    visitor.wait("there")
    visitor.press("C-b", "d")
    assert visitor.wait_end() == 0
    wait_for(lambda: " left" in told.read_text(), "the guest's leaving is said")
    assert re.search(r"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d guest-\d+ .*joined to type", told.read_text(), re.MULTILINE), told.read_text()
    berth = [pid for pid in machine.pids("berth", "alice") if open(f"/proc/{pid}/cmdline").read().split("\0")[1:] == ["-F", ""]]
    machine.kill(berth[0], signal.SIGTERM)
    assert alone.wait(60) == 0
    wait_for(lambda: not machine.pids("berth-keeper", "alice"), "the session has ended")
    visitor.close()


if __name__ == "__main__":
    main(globals(), {"policy": f"[share]\ntokens = all\nattribution = yes\nwebhook = http://127.0.0.1:{PORT}/hook?from=berth\n"})
