"""The machine itself is restarted under sessions: what the next login finds."""

import machine
from machine import Terminal, shell

LAYOUT = "#{window_index} #{window_layout} #{pane_index}"
POLICY = "/etc/berth/berth.conf.d/reboot.conf"


def shown(what, user="alice"):
    return shell(f"berth list-panes -s -t work -F '{what}'", user=user).split("\n")[:-1]


def kept():
    """What is on the disk for alice, the newest first."""
    return shell("cat $(ls ~alice/.local/state/berth/sessions-* 2>/dev/null | sort | head -1) </dev/null | tr -d '\\0'", check=False)


def set_level(level):
    if level is None:
        shell(f"rm -f {POLICY}")
    else:
        machine.write(POLICY, f"[restore]\nlevel = {level}\n")
    shell("systemctl reload berthd")
    machine.wait_for("the policy", lambda: f"restore.level = {level or 'layout'}" in " ".join(shell("berth policy show --user alice").split()))


def everything_comes_back():
    machine.no_sessions("alice")
    set_level("full")
    alice = Terminal("alice")
    alice.prompt()
    assert alice.ask("cd /usr/lib; pwd") == "/usr/lib"  # while the terminal has the shell's own bytes: no status line is among them
    shell("berth rename-session work; berth split-window -d -h -t work: -c /tmp -l 30; berth new-window -d -t work:7 -n logs -c /var sleep 65432", user="alice")
    alice.command("seq 100000 100300; sleep 54321")
    machine.wait_for("the numbers", lambda: "100300" in shell("berth capture-pane -p -t work:0.0", user="alice").split())
    machine.wait_for("all of it on the disk", lambda: all(text in kept() for text in ("54321", "65432", "logs", "/usr/lib", "100001", "100300")))
    before = shown(LAYOUT)
    boot = shell("cat /proc/sys/kernel/random/boot_id; stat -c %i /run/berth; cat /proc/1/stat | cut -d' ' -f22")
    assert len(before) == 3, before
    machine.reboot()
    assert boot != shell("cat /proc/sys/kernel/random/boot_id; stat -c %i /run/berth; cat /proc/1/stat | cut -d' ' -f22"), "it is the same boot"
    assert "alice" not in shell("berth ls --all"), "nothing runs before the login"
    again = Terminal("alice")
    machine.wait_for("alice's server", lambda: "alice" in shell("berth ls --all"))
    machine.wait_for("the client", lambda: shell("berth list-clients -t work", user="alice", check=False).strip())

    def first():
        return shell("berth capture-pane -p -t work:0.0", user="alice")

    machine.wait_for("the shell", lambda: "here ran: sleep 54321]" in first() and first().rstrip().endswith("$"))
    machine.wait_for("the layout", lambda: shown(LAYOUT) == before)
    assert shown("#{window_name}")[-1] == "logs", shown("#{window_name}")
    machine.wait_for("the folders", lambda: shown("#{window_index}.#{pane_index} #{pane_current_path}") == ["0.0 /usr/lib", "0.1 /tmp", "7.0 /var"])
    history = shell("berth capture-pane -p -S - -t work:0.0", user="alice").split("\n")
    assert [line for line in history if line.startswith("100") and len(line) == 6] == [str(number) for number in range(100000, 100301)], history
    assert not machine.succeeds("pgrep -fx 'sleep (54321|65432)'"), "a program was started that nobody asked for"
    again.type("\x02R")
    machine.wait_for("what ran before", lambda: machine.succeeds("pgrep -u alice -fx 'sleep 54321'"))
    again.type("\x03")
    shell("berth kill-server", user="alice")
    again.expect("exited")
    again.status()
    machine.wait_for("the end of alice's server", lambda: "alice" not in shell("berth ls --all"))
    assert not machine.succeeds("ls ~alice/.local/state/berth/sessions-*"), "what the user has ended would come back"


def others_are_let_in_as_ever():
    bob = Terminal("bob")
    bob.prompt()
    assert machine.parent_of_shell(bob) == "berth-keeper"
    bob.command("exit 3")
    assert bob.status() == 3
    assert "berth" not in shell("systemctl list-units --failed --plain --no-legend"), shell("systemctl --failed | cat")


def as_it_was():
    set_level(None)


if __name__ == "__main__":
    raise SystemExit(machine.main(everything_comes_back, others_are_let_in_as_ever, as_it_was))
