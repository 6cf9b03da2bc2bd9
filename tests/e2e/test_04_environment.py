"""What a shell that was already running can still use after a reconnect: the agent, the display, where the user comes from."""

import os
import re
import shutil
import subprocess

from machine import ROOT, Screen, main, run, wait_for


class Agent:
    """An ssh-agent with one key; the key's comment tells which agent answered."""

    def __init__(self, comment):
        self.socket = str(ROOT / f"agent-{comment}")
        self.process = subprocess.Popen(["ssh-agent", "-D", "-a", self.socket], stdout=subprocess.DEVNULL)
        wait_for(lambda: os.path.exists(self.socket), "the agent listens")
        key = ROOT / f"key-{comment}"
        if not key.exists():
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", key)
        run("ssh-add", key, env=dict(os.environ, SSH_AUTH_SOCK=self.socket))

    def end(self):
        self.process.kill()
        self.process.wait()


def login(machine, agent, *options):
    screen = Screen(machine.ssh("alice", options=["-o", "ForwardAgent=yes", *options]), environment={"SSH_AUTH_SOCK": agent.socket})
    screen.wait_prompt()
    return screen


def end_all(machine):
    machine.berth("alice", "kill-server", check=False)
    wait_for(lambda: not machine.pids("berth-keeper", "alice"), "the keeper ends with the last session")


def test_agent_in_a_running_shell_after_a_reconnect(machine):
    first = Agent("first")
    screen = login(machine, first)
    screen.line("ssh-add -l; echo sock=$SSH_AUTH_SOCK")
    screen.wait("first (ED25519)")
    screen.press("C-b", "d")
    assert screen.wait_end() == 0
    screen.close()
    first.end()
    second = Agent("second")
    screen = login(machine, second)
    screen.line("clear; ssh-add -l; echo done-$((1+1))")
    screen.wait("done-2")
    assert "second (ED25519)" in screen.text(), screen.text()
    second.end()
    screen.line("clear; timeout 5 ssh-add -l; echo rc=$?")
    screen.wait("rc=")
    assert "rc=124" not in screen.text(), "an agent that has gone must fail fast"
    screen.close()
    end_all(machine)


def test_agent_of_the_client_that_was_active_last(machine):
    one, two = Agent("one"), Agent("two")
    screen = Screen(machine.ssh("alice", options=["-o", "ForwardAgent=yes", "-o", "SendEnv=LC_BERTH"]),
                    environment={"SSH_AUTH_SOCK": one.socket, "LC_BERTH": "shared"})
    screen.wait_prompt()
    other = Screen(machine.ssh("alice", options=["-o", "ForwardAgent=yes", "-o", "SendEnv=LC_BERTH"]),
                   environment={"SSH_AUTH_SOCK": two.socket, "LC_BERTH": "shared"})
    other.wait_prompt()
    other.line("clear; ssh-add -l")
    other.wait("two (ED25519)")
    screen.line("clear; ssh-add -l")
    screen.wait("one (ED25519)")
    screen.close()
    other.close()
    one.end()
    two.end()
    end_all(machine)


def test_environment_is_refreshed_on_request_and_for_new_shells(machine):
    agent = Agent("env")
    screen = login(machine, agent)
    screen.line("echo tty=$SSH_TTY from=$SSH_CONNECTION")
    screen.wait("from=127.0.0.1")
    old = screen.text().split("from=127.0.0.1 ")[1].split()[0]
    screen.press("C-b", "d")
    screen.wait_end()
    screen.close()
    screen = login(machine, agent)
    screen.line("clear; echo old=$SSH_CONNECTION")
    screen.wait(f"old=127.0.0.1 {old} ")
    screen.line('eval "$(berth env)"; clear; echo new=$SSH_CONNECTION')
    screen.wait("new=127.0.0.1")
    assert f" {old} " not in screen.text(), screen.text()
    screen.press("C-b", "c")
    screen.wait("[main] 0:")  # the status line of two windows
    screen.wait("ready>")
    screen.line("clear; echo fresh=$SSH_CONNECTION")
    screen.wait("fresh=127.0.0.1")
    assert f" {old} " not in screen.text(), screen.text()
    screen.close()
    agent.end()
    end_all(machine)


def test_agent_fails_fast_when_nobody_has_one(machine):
    """Nobody is attached; then one who forwards none."""
    agent = Agent("mine")
    screen = login(machine, agent)
    screen.press("C-b", "d")
    assert screen.wait_end() == 0
    screen.close()

    def asks(number):
        """ssh-add's own status: 1 there is no key, 2 there is no agent; timeout's would be 124."""
        machine.berth("alice", "send-keys", f"clear; timeout 30 ssh-add -l; echo asked-{number} $?", "Enter")
        return wait_for(lambda: re.search(rf"^asked-{number} (\d+)", machine.berth("alice", "capture-pane", "-p").stdout, re.M), "an answer").group(1)

    assert (told := asks(1)) in ("1", "2"), told
    screen = Screen(machine.ssh("alice"))
    screen.wait_prompt()
    assert (told := asks(2)) in ("1", "2"), told
    screen.press("C-b", "d")
    screen.wait_end()
    screen.close()
    screen = login(machine, agent)
    assert (told := asks(3)) == "0", told
    screen.close()
    agent.end()
    end_all(machine)


def test_display_of_the_newest_login(machine):
    if not shutil.which("xauth"):
        return print("skipped: xauth is not installed", flush=True)

    def logged_in(user):
        screen = Screen(machine.ssh(user, options=["-Y"]), environment={"DISPLAY": ":0"})
        screen.wait_prompt()
        return screen

    screen = logged_in("alice")
    screen.line("echo display=$DISPLAY.")
    screen.wait("display=localhost:10.0.")
    screen.press("C-b", "d")
    screen.wait_end()
    screen.close()
    other = logged_in("bob")  # who has that number now
    screen = logged_in("alice")
    screen.line("clear; echo old=$DISPLAY.")
    screen.wait("old=localhost:10.0.")
    screen.line('eval "$(berth env)"; clear; echo new=$DISPLAY.')
    screen.wait("new=localhost:11.0.")
    screen.press("C-b", "c")
    screen.wait("ready>")
    wait_for(lambda: "ready>" in machine.berth("alice", "capture-pane", "-p").stdout, "the prompt of the new shell")
    screen.line("clear; echo fresh=$DISPLAY. $(xauth list 2>/dev/null | grep -c :11)")
    wait_for(lambda: "fresh=localhost:11.0. 1" in machine.berth("alice", "capture-pane", "-p").stdout, "the new shell has the newest display and its cookie")
    screen.close()
    machine.berth("bob", "kill-server", check=False)
    other.wait_end()
    other.close()
    end_all(machine)


if __name__ == "__main__":
    main(globals())
