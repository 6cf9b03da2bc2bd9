"""apt install of another version under live sessions: muxes are replaced in place, one that does not come up is not, keepers stay."""

import json
import os
import re
import shutil
import subprocess

import machine
from machine import Terminal, parent_of_shell, shell

MUX = "/usr/lib/berth/berth-mux"


def login(user):
    terminal = Terminal(user)
    terminal.prompt()
    assert parent_of_shell(terminal) == "berth-keeper"
    return terminal


def another_version(version, mux=None):
    """The package with another number, and other files in the place of its programs: as they are but for a byte at the end, or the
    script `mux` for berth-mux."""
    folder = os.path.join(machine.STATE, "package")
    shutil.rmtree(folder, ignore_errors=True)
    root = machine.load()["root"]
    machine.run("dpkg-deb", "-R", os.path.join(root, "root/berth.deb"), folder)
    control = os.path.join(folder, "DEBIAN/control")
    with open(control) as file:
        text = file.read()
    with open(control, "w") as file:
        file.write(re.sub(r"(?m)^Version: .*$", f"Version: {version}", text))
    for name in ("berth-mux", "berth-keeper"):
        with open(os.path.join(folder, "usr/lib/berth", name), "ab") as file:
            file.write(version.encode())
    if mux is not None:
        with open(folder + MUX, "w") as file:
            file.write(mux)
    os.remove(os.path.join(folder, "DEBIAN/md5sums"))
    package = os.path.join(machine.STATE, "berth-other.deb")
    machine.run("dpkg-deb", "--root-owner-group", "-b", folder, package)
    with open(package, "rb") as file:
        words = ["nsenter", "-t", str(machine.load()["leader"]), "-a", "--", "sh", "-c", "cat >/root/other.deb"]
        subprocess.run(words, stdin=file, check=True, timeout=60)


def install(package="/root/other.deb"):
    print(shell(f"apt-get install -y --allow-downgrades {package}"))


def servers():
    return {server["user"]: server for server in json.loads(shell("berth admin status --json"))["servers"]}


def finding(name):
    return {entry["check"]: entry for entry in json.loads(shell("berth --json doctor || true"))}[name]


def a_newer_one_takes_over():
    machine.no_sessions("alice", "bob")
    alice, bob = login("alice"), login("bob")
    pids = alice.ask("echo $$"), bob.ask("echo $$")
    before = servers()
    assert finding("versions")["state"] == "ok", finding("versions")
    alice.command("i=0; while test $i -lt 2000; do i=$((i+1)); echo number-$i; sleep 0.005; done; echo a''ll")
    alice.expect("number-2\r")
    another_version("9.0")
    install()
    now = servers()
    for user in ("alice", "bob"):
        assert now[user]["keeper"] == before[user]["keeper"], f"{user}: the keeper is another"
        assert now[user]["mux"] != before[user]["mux"], f"{user}: the mux is the same"
        assert now[user]["mux_current"] and not now[user]["keeper_current"], now[user]
    machine.wait_for("the last number", lambda: "all" in shell("berth capture-pane -p", user="alice").split(), 120)
    assert (alice.ask("echo $$"), bob.ask("echo $$")) == pids
    assert "not the installed one" in finding("versions")["text"], finding("versions")
    assert finding("upgrade")["state"] == "ok", finding("upgrade")
    machine.save(upgrade_keeper=now["alice"]["keeper"])
    for terminal in (alice, bob):
        terminal.command("exit 3")
        assert terminal.status() == 3


PRINTER = """import os, time
count = 0
while os.path.exists('/run/printing'):
    print('\\n'.join(f'{os.environ["LOAD"]}-{number}' for number in range(count, count + 20)), flush=True)
    count += 20
    time.sleep(0.1)
print(f'total-{count}', flush=True)
time.sleep(1000000)
"""
SESSIONS = 10  # of each of two accounts


def histories(user):
    """Of each of the account's sessions of that test."""
    text = shell(f"for n in $(seq {SESSIONS}); do berth capture-pane -p -S - -t load$n: && echo; echo end-of-$n; done", user=user)
    return [part.split() for part in re.split(r"end-of-\d+\n", text)[:-1]]


def no_line_of_twenty_sessions_is_lost():
    machine.no_sessions("alice", "bob")
    machine.write("/usr/local/bin/printer.py", PRINTER)
    shell("touch /run/printing")
    for user in ("alice", "bob"):
        shell(f"for n in $(seq {SESSIONS}); do berth new-session -d -s load$n -e LOAD=load$n 'exec python3 /usr/local/bin/printer.py' || exit 1; done",
              user=user)
    for user in ("alice", "bob"):
        machine.wait_for("lines", lambda: all(len(lines) > 100 for lines in histories(user)))
    before = servers()
    another_version("9.0.1")
    install()
    now = servers()
    for user in ("alice", "bob"):
        assert now[user]["mux"] != before[user]["mux"] and now[user]["mux_current"], now[user]
    times = re.findall(r"(alice|bob): berth-mux \S+ to \S+, (\d+) ms", shell("journalctl -t berthd -n 200 --no-pager"))
    print("without a mux:", ", ".join(f"{user} {took} ms" for user, took in times[-2:]))
    shell("rm /run/printing")
    for user in ("alice", "bob"):
        found = machine.wait_for("the last lines", lambda: (lambda all_of: all_of if all(lines[-1:] and lines[-1].startswith("total-") for lines in all_of) else None)(histories(user)))
        assert len(found) == SESSIONS
        for number, lines in enumerate(found, start=1):
            wanted = [f"load{number}-{count}" for count in range(int(lines[-1].removeprefix("total-")))] + lines[-1:]
            assert lines == wanted, f"{user}'s load{number}: {len(lines)} lines, wanted {len(wanted)}: {[pair for pair in zip(lines, wanted) if pair[0] != pair[1]][:3]}"
        shell("berth kill-server", user=user)
    machine.wait_for("the end of both", lambda: not {"alice", "bob"} & set(servers()))


def one_that_does_not_start_is_refused():
    machine.no_sessions("alice", "bob")
    alice, bob = login("alice"), login("bob")
    pids = alice.ask("echo $$"), bob.ask("echo $$")
    another_version("9.1", "#!/bin/sh\nexit 1\n")
    install()
    assert (alice.ask("echo $$"), bob.ask("echo $$")) == pids
    assert finding("upgrade")["state"] == "BAD", finding("upgrade")
    assert "did not take over" in shell("journalctl -t berthd -n 50 --no-pager")
    units = shell("systemctl list-units --plain --no-legend 'berth-mux*'")
    assert len(re.findall(r"berth-mux-previous@\d+\.service\s+loaded active", units)) == 1, units
    assert len(re.findall(r"berth-mux@\d+\.service\s+loaded active", units)) == 1, units
    carol = login("carol")  # a new account's mux is the one before as well
    carol.command("exit 3")
    assert carol.status() == 3
    another_version("9.2")
    install()
    assert finding("upgrade")["state"] == "ok", finding("upgrade")
    assert all(server["mux_current"] for server in servers().values()), servers()
    assert (alice.ask("echo $$"), bob.ask("echo $$")) == pids
    units = shell("systemctl list-units --plain --no-legend 'berth-mux*'")
    assert "previous" not in units, units
    for terminal in (alice, bob):
        terminal.command("exit 3")
        assert terminal.status() == 3


def keepers_are_renewed():
    machine.no_sessions("alice")
    alice = login("alice")
    pid, keeper = alice.ask("echo $$"), servers()["alice"]["keeper"]
    another_version("9.3")
    install()
    assert not servers()["alice"]["keeper_current"]
    print(shell("berth admin upgrade-keepers"))
    now = servers()["alice"]
    assert now["keeper"] == keeper and now["keeper_current"], now
    assert finding("versions")["state"] == "ok", finding("versions")
    assert alice.ask("echo $$") == pid
    assert "active (running)" in shell("systemctl status berth@alice | cat")
    alice.command("exit 3")
    assert alice.status() == 3


def needrestart_leaves_sessions_alone():
    names = "berth@alice.service berth-mux@2001.service berth-mux-previous@2001.service"
    script = ("our %nrconf; do '/etc/needrestart/conf.d/berth.conf'; for my $name (@ARGV) { my @rows = grep { $name =~ /$_/ } "
              "keys %{$nrconf{override_rc}}; print \"$name\\n\" if !@rows || $nrconf{override_rc}{$rows[0]} != 0; }")
    machine.write("/root/needrestart.pl", script)
    assert shell(f"perl /root/needrestart.pl {names}").strip() == ""
    assert shell("perl /root/needrestart.pl berthd.service").strip() == "berthd.service"


def as_it_was():
    install("/root/berth.deb")
    assert finding("upgrade")["state"] == "ok", finding("upgrade")


if __name__ == "__main__":
    raise SystemExit(machine.main(a_newer_one_takes_over, no_line_of_twenty_sessions_is_lost, one_that_does_not_start_is_refused, keepers_are_renewed,
                                  needrestart_leaves_sessions_alone, as_it_was))
