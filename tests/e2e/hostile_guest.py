"""A guest with an account and a program of its own: `hostile_guest.py OWNER` says to the owner's multiplexer, in one connection each, what no
guest may, and prints what became of it, a JSON line each. The messages are those of docs/PROTOCOL.md."""

import json
import os
import pty
import select
import socket
import struct
import sys
import time

SOCKET = "/run/berth/berthd.sock"
PATIENCE = 60
# Ids of messages.
OPEN, REFUSED, ADOPT, KEEPER_LINK, SHUTDOWN, SHARE_MAKE, GUEST_EVENT = 1, 2, 4, 5, 7, 10, 15
ENVIRONMENT, COMMAND, RESIZED, OUTPUT, FILE_DATA, FINISH, ATTACHED = 20, 21, 22, 23, 25, 27, 28
SPAWN, KEEP, SIGNAL = 41, 47, 46
GUEST = 5  # Purpose::guest


def text(value):
    value = value.encode() if isinstance(value, str) else value
    return struct.pack("<I", len(value)) + value


def texts(values):
    return struct.pack("<I", len(values)) + b"".join(text(value) for value in values)


def packet(number, *fields):
    return struct.pack("<H", number) + b"".join(fields)


def connect(owner):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.connect(SOCKET)
    connection.send(packet(OPEN, struct.pack("<HHB", 1, 1, GUEST), text(""), b"\0", texts([owner, ""])))
    return connection


def command(words=(), login=0, control=0, again=0, session="", files=(), as_tmux=0):
    return packet(COMMAND, texts(words), struct.pack("<BBBBBB", login, 1, 0, 0, control, again), text(session), text("xterm"),
                  text("/dev/pts/0"), text("/"), texts(files), struct.pack("<B", as_tmux))


COMMANDS = [
    ["run-shell", "touch /tmp/owned"], ["new-window", "touch /tmp/owned"], ["new-session", "-d"], ["split-window"],
    ["if-shell", "touch /tmp/owned", "kill-server"], ["send-keys", "touch /tmp/owned", "Enter"], ["set-option", "-g", "history-limit", "7"],
    ["set-environment", "-g", "OWNED", "1"], ["set-buffer", "owned"], ["load-buffer", "/etc/passwd"], ["source-file", "/tmp/x"],
    ["pipe-pane", "touch /tmp/owned"], ["respawn-pane", "-k", "touch /tmp/owned"], ["kill-server"], ["kill-session"], ["share", "-w"],
    ["role", "1", "write"], ["resume"], ["unshare", "--all"], ["rename-session", "owned"], ["attach-session"], ["show-environment"],
]


def one_command(words):
    return lambda: [command(words)]


ATTEMPTS = {" ".join(words): one_command(words) for words in COMMANDS} | {
    "control mode": lambda: [command(["attach-session"], control=1)],
    "an owner's login": lambda: [command(login=1, session="main")],
    "a session by its id": lambda: [command(again=1, session="$0")],
    "a configuration": lambda: [command(files=["/tmp/owned.conf"], as_tmux=1)],
    "an environment": lambda: [packet(ENVIRONMENT, texts(["OWNED=1"])), command()],
    "a second command": lambda: [command(), command(["kill-server"])],
    "a file's data": lambda: [command(), packet(FILE_DATA, struct.pack("<I", 0), text("owned"), struct.pack("<Bi", 1, 0))],
    "a keeper's link": lambda: [packet(KEEPER_LINK)],
    "an end": lambda: [packet(SHUTDOWN)],
    "a program": lambda: [packet(SPAWN, struct.pack("<QB", 1, 0), texts(["touch /tmp/owned"]), text(""), text(""), struct.pack("<HHHH", 24, 80, 0, 0))],
    "a signal": lambda: [packet(SIGNAL, struct.pack("<Qi", 1, 9))],
    "an event of a guest": lambda: [packet(GUEST_EVENT, struct.pack("<BIBIQ", 0, 1, 1, 0, 0))],
    "an unknown message": lambda: [packet(999, b"owned")],
    "a packet of nothing": lambda: [b"\0"],
    "a length beyond the packet": lambda: [packet(COMMAND, struct.pack("<I", 0xFFFFFFFF))],
}


# After it was let in with a terminal: whatever the words are that it came with, it is there as a guest, and these end it.
INSIDE = {
    "inside, a second command": lambda: command(["kill-server"]),
    "inside, an environment": lambda: packet(ENVIRONMENT, texts(["OWNED=1"])),
    "inside, a file's data": lambda: packet(FILE_DATA, struct.pack("<I", 0), text("owned"), struct.pack("<Bi", 1, 0)),
    "inside, a program": lambda: ATTEMPTS["a program"]()[0],
    "inside, a memfd to keep": lambda: packet(KEEP, struct.pack("<Q", 0)),
    "inside, an unknown message": lambda: packet(999, b"owned"),
}


def come_in(connection):
    """With a terminal, and words that nobody is to run. False: it was not let in."""
    ours, theirs = pty.openpty()
    os.set_blocking(theirs, False)
    socket.send_fds(connection, [command(["run-shell", "touch /tmp/owned"])], [theirs])
    os.close(theirs)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ready = select.select([connection, ours], [], [], max(0, deadline - time.monotonic()))[0]
        if ours in ready:
            os.read(ours, 1 << 16)
        if connection in ready:
            return struct.unpack_from("<H", connection.recv(1 << 17))[0] == ATTACHED, ours
    return False, ours


def outcome(connection):
    """Whether the other end has let go, and what it said until then."""
    said = []
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not select.select([connection], [], [], max(0, deadline - time.monotonic()))[0]:
            break
        try:
            data = connection.recv(1 << 17)
        except ConnectionResetError:
            return True, said
        if not data:
            return True, said
        number = struct.unpack_from("<H", data)[0]
        said.append(number)
        if number in (REFUSED, FINISH):
            return True, said
    return False, said


def main(owner):
    for name, messages in ATTEMPTS.items():
        with connect(owner) as connection:
            try:
                for message in messages():
                    connection.send(message)
            except (BrokenPipeError, ConnectionResetError):
                pass
            dropped, said = outcome(connection)
        print(json.dumps({"attempt": name, "dropped": dropped, "said": said}), flush=True)
    for name, message in INSIDE.items():
        with connect(owner) as connection:
            let_in, terminal = come_in(connection)
            os.write(terminal, b"\x02:kill-server\r\x02c\x02%")
            connection.send(message())
            dropped, said = outcome(connection)
            os.close(terminal)
        print(json.dumps({"attempt": name, "dropped": dropped and let_in, "said": said}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
