"""What an admin finds in the journal: an entry with fields for each event of a session."""

import json

import machine
from machine import Terminal, shell


def entries(**fields):
    words = " ".join(f"'{name}={value}'" for name, value in fields.items())
    return [json.loads(line) for line in shell(f"journalctl -o json {words} | cat").splitlines() if line.startswith("{")]


def a_sessions_life():
    shell("systemctl stop berth@bob || true; rm -rf ~bob/.local/state/berth")
    terminal = Terminal("bob")
    terminal.prompt()
    name = terminal.ask("berth display-message -p '#S'")
    terminal.type("\x02d")
    terminal.expect("detached")
    terminal.status()
    again = Terminal("bob")
    again.prompt()
    again.command("exit")
    again.status()

    def of_bob():
        found = [entry for entry in entries(BERTH_USER="bob") if entry.get("BERTH_SESSION") == name and entry.get("MESSAGE_ID")]
        return found if len({entry["MESSAGE_ID"] for entry in found}) >= 4 else None

    found = machine.wait_for("created, attached, detached and ended in the journal", of_bob)
    assert any(machine.CLIENT_ADDRESS in entry.get("PEER", "") for entry in found), found
    for entry in found:
        assert entry["_SYSTEMD_UNIT"] == "berthd.service", entry


def nothing_of_a_terminal():
    terminal = Terminal("bob")
    terminal.prompt()
    terminal.ask("echo sec''ret-of-a-terminal")
    terminal.command("exit")
    terminal.status()
    assert "secret-of-a-terminal" not in shell("journalctl -o export | cat")


if __name__ == "__main__":
    raise SystemExit(machine.main(a_sessions_life, nothing_of_a_terminal))
