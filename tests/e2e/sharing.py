"""What the tests of sharing have in common: an owner's session, shares of it, guests by token."""

import json
import os
import re
import signal
import subprocess

from machine import ROOT, Screen, run, wait_for

NO_KEY = ("-o", "IdentityFile=none", "-o", "PreferredAuthentications=none,publickey,password,keyboard-interactive", "-o", "BatchMode=yes")


def prepare(machine):
    """sshd's rules for guests and the name service, as the package sets them up; once."""
    if getattr(machine, "shares", False):
        return
    machine.shares = True
    run("sed", "-i", "-E", r"s/^(passwd:.*files)/\1 berth/", "/etc/nsswitch.conf")
    run("berth", "policy", "apply")
    with open(ROOT / "sshd_config", "a") as config:
        config.write("Include /etc/ssh/sshd_config.d/*-berth*.conf\n")
    os.kill(machine.sshd.pid, signal.SIGHUP)
    wait_for(lambda: run("ssh-keyscan", "-p", machine.port, "127.0.0.1", check=False).stdout, "sshd listens again")


def owner(machine, **options):
    prepare(machine)
    screen = Screen(machine.ssh("alice"), **options)
    screen.wait_prompt()
    machine.berth("alice", "set", "-g", "display-time", "0")  # messages stay until a key: nobody needs to look at the right moment
    return screen


def heard(machine, visitor, index=0):
    """What that guest has typed has arrived, whatever became of it: a hand that is raised (and taken down) comes behind it."""
    for up in (True, False):
        visitor.press("C-b", "h")
        wait_for(lambda: guests(machine)[index]["hand"] == up, "the guest is heard")


def share(machine, *words):
    """The share that `berth share` made, as JSON."""
    return json.loads(machine.berth("alice", "share", *words, "--json").stdout)


def token(line):
    return re.fullmatch(r"ssh (r[ow]-[a-z2-7]{26})@e2e", line).group(1)


def guest_words(machine, name, options=NO_KEY):
    return ["ssh", "-F", "none", "-p", str(machine.port), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "LogLevel=ERROR", *options, f"{name}@127.0.0.1"]


def guest(machine, line, options=NO_KEY, **more):
    return Screen(guest_words(machine, token(line), options), **more)


def plain(machine, name, *words, options=NO_KEY):
    return run(*guest_words(machine, name, options), *words, check=False, stdin=subprocess.DEVNULL)


def meet(machine, *words, link="ssh", **options):
    """The owner's screen, a share, and a guest of it who sees the session."""
    screen = owner(machine, **options)
    made = share(machine, *words)
    visitor = guest(machine, made[link])
    visitor.wait("ready>")
    return screen, made, visitor


def guests(machine):
    return json.loads(machine.berth("alice", "guests", "--json").stdout)


def guest_number(machine, index=0):
    return str(guests(machine)[index]["id"])


def shown(machine, text):
    """A format of the owner's session."""
    return machine.berth("alice", "display-message", "-p", text).stdout.strip()


def private(machine, word):
    """`berth private WORD`, in the owner's pane."""
    run("runuser", "-u", "alice", "--", "env", f"TMUX_PANE={shown(machine, '#{pane_id}')}", "berth", "private", word)


def keeps_clipboard(screen):
    """The terminal takes what programs give to its clipboard; clipboard() is the last of it."""
    screen._tmux("set-option", "-s", "set-clipboard", "on")


def clipboard(screen):
    return screen._tmux("show-buffer", check=False)


def copy(screen, text):
    """The program of that screen gives it to the clipboard."""
    screen.line(f"printf '\\033]52;c;%s\\007' $(printf {text} | base64)")


def end(machine, *screens):
    for screen in screens:
        screen.close()
    machine.berth("alice", "kill-server", check=False)
    wait_for(lambda: not machine.pids("berth-keeper", "alice"), "the keeper ends with the last session")
