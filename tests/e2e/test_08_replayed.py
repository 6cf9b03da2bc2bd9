"""Messages that come twice, too late or cut short: whoever says them is dropped and told of once in the log, and nothing else is touched."""

import os
import pathlib
import socket
import struct
import subprocess
import sys

from hostile_guest import (COMMAND, ENVIRONMENT, FILE_DATA, OPEN, RESIZED, SOCKET, SPAWN, command, outcome, packet, text, texts)
from machine import ROOT, Screen, main, run, wait_for

HERE = pathlib.Path(__file__).resolve()
ATTACH, RUN, KEEPER, MUX = 0, 1, 3, 4  # Purpose


def first(purpose):
    return packet(OPEN, struct.pack("<HHB", 1, 1, purpose), text(""), b"\0", texts([]))


# The one ends with its answer, the other stays.
ONE = [first(RUN), command(["list-sessions"])]
HELD = [first(RUN), command(["wait-for", "what-never-comes"])]
ATTEMPTS = {
    "the first packet twice": [first(RUN), first(RUN)],
    "the first packet again, later": [*HELD, first(RUN)],
    "a whole conversation twice": [*ONE, *ONE],
    "a command twice": [*HELD, HELD[1]],
    "a command again after its end": [*ONE, ONE[1]],
    "an environment after the command": [*HELD, packet(ENVIRONMENT, texts(["A=1"]))],
    "an answer to nothing": [*HELD, packet(FILE_DATA, struct.pack("<I", 7), text("x"), struct.pack("<Bi", 1, 0))],
    "a command before the first packet": [ONE[1]],
    "a keeper's place": [first(KEEPER)],
    "a mux's place": [first(MUX)],
    "a program": [*HELD, packet(SPAWN, struct.pack("<QB", 1, 0), texts(["touch /tmp/owned"]), text(""), text(""), struct.pack("<HHHH", 24, 80, 0, 0))],
    "a command cut short": [first(RUN), command(["list-sessions"])[:-1]],
    "a command with more behind it": [first(RUN), command(["list-sessions"]) + b"x"],
    "an unknown message": [first(RUN), packet(999)],
    "half an id": [first(RUN), b"\0"],
    "an oversized packet": [first(RUN), packet(COMMAND, bytes(200 * 1024))],
    "a size that changed, of no terminal, and a second command": [*HELD, packet(RESIZED), HELD[1]],
}


def attempt(name):
    """As the account that this runs as; 0: the other end let go."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        connection.connect(SOCKET)
        try:
            for message in ATTEMPTS[name]:
                connection.send(message)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return 0 if outcome(connection)[0] else 1


def as_alice(name):
    told = run("runuser", "-u", "alice", "--", "/usr/bin/python3", HERE, "--attempt", name, check=False)
    assert told.returncode == 0, f"{name}: {told.stdout}{told.stderr}"


def test_each_is_dropped_and_nothing_else_is_touched(machine):
    screen = Screen(machine.ssh("alice"))
    screen.wait_prompt()
    screen.line("mine=$((41+1))")
    screen.wait_prompt()
    servers = {program: machine.pids(program) for program in ("berthd", "berth-keeper", "berth-mux")}
    sessions = machine.sessions("alice")
    for name in ATTEMPTS:
        as_alice(name)
        assert {program: machine.pids(program) for program in servers} == servers, name
        assert machine.sessions("alice") == sessions, name
    assert not os.path.exists("/tmp/owned")
    screen.line("echo still-$mine")
    screen.wait("still-42")
    screen.line("exit")
    screen.wait_end()
    screen.close()


def test_what_is_dropped_is_logged_once(machine):
    def lines():
        return [line for line in (ROOT / "berthd.log").read_text(errors="replace").splitlines() if "malformed" in line or "dropped" in line]

    screen = Screen(machine.ssh("alice"))
    screen.wait_prompt()
    for name in ("a command twice", "an unknown message", "a command cut short", "a command before the first packet"):
        before = len(lines())
        as_alice(name)
        wait_for(lambda: len(lines()) > before, lambda: f"{name} is logged:\n{machine.logs()}")
        as_alice("an oversized packet")  # whatever the first had yet to say has been said before this one's line
        wait_for(lambda: len(lines()) > before + 1, lambda: f"the next is logged:\n{machine.logs()}")
        assert len(lines()) == before + 2, (name, lines()[before:])
    screen.line("exit")
    screen.wait_end()
    screen.close()


LISTENER = """
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind(sys.argv[1])
listener.listen()
print("listens", flush=True)
connection = listener.accept()[0]
print(len(connection.recv(1 << 17)), flush=True)
"""


def test_another_accounts_server_gets_nothing(machine):
    """Who listens on a socket is looked at before anything is said, or a terminal handed over."""
    folder = pathlib.Path("/run/bobs")
    folder.mkdir()
    run("chown", "bob:", folder)
    listener = subprocess.Popen(["runuser", "-u", "bob", "--", "/usr/bin/python3", "-c", LISTENER, folder / "socket"], stdout=subprocess.PIPE, text=True)
    assert listener.stdout.readline() == "listens\n"
    run("chmod", "0666", folder / "socket")
    told = machine.berth("alice", "-S", folder / "socket", "ls", check=False)
    assert told.returncode == 1 and "another account listens" in told.stderr, told
    assert listener.communicate(timeout=60)[0] == "0\n"


if __name__ == "__main__":
    if sys.argv[1] == "--attempt":
        sys.exit(attempt(sys.argv[2]))
    main(globals())
