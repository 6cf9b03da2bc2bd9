"""What commands changed is there after the mux was killed: options of every scope, hooks, environments, key bindings, buffers, the
mark, what was current before. Told changed means kept: each kill comes at once after the last command."""

import os
import signal

from machine import main, run, wait_for

HOME = "/run/home/bob"
SHOWN = (["show-options", "-s"], ["show-options", "-g"], ["show-options", "-gw"], ["show-options", "-t", "one"], ["show-options", "-w", "-t", "one"],
         ["show-options", "-p", "-t", "one"], ["show-options", "-w", "-t", "two"], ["show-hooks", "-g"], ["show-hooks", "-t", "one"],
         ["show-environment", "-g"], ["show-environment", "-t", "one"], ["show-environment", "-h", "-t", "one"], ["list-keys"], ["list-keys", "-T", "mine"],
         ["list-buffers"], ["show-buffer", "-b", "named"], ["list-sessions", "-F", "#{session_name} #{session_group} #{session_windows} #{session_id}"], ["list-windows", "-a", "-F", "#{session_name}:#{window_index} #{window_name} #{window_active}#{window_last_flag}#{window_marked_flag} #{window_layout}"], ["list-panes", "-a", "-F", "#{pane_id} #{pane_active} #{pane_last} #{pane_marked}"])


def berth(*words, check=True):
    return run("runuser", "-u", "bob", "--", "env", "-u", "TMUX", "-u", "BERTH", f"HOME={HOME}", "SHELL=/bin/bash", "berth", "-S", f"{HOME}/sock", *words, check=check)


def kill_mux(machine):
    old = wait_for(lambda: machine.pids("berth-mux"), "a mux runs")[0]
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: machine.pids("berth-mux") not in ([], [old]), "another mux runs")


def shown():
    return ["\n".join([" ".join(words), berth(*words).stdout]) for words in SHOWN]


def test_everything_that_commands_changed(machine):
    berth("new", "-d", "-s", "one", "-x", "80", "-y", "24")
    berth("new", "-d", "-s", "two")
    for words in (["new-session", "-d", "-t", "two", "-s", "three"], ["split-window", "-t", "one"], ["split-window", "-h", "-t", "one"], ["new-window", "-t", "one"], ["select-window", "-t", "one:0"],
                  ["set", "-s", "escape-time", "77"], ["set", "-s", "command-alias[50]", "zz=list-keys"], ["set", "-s", "@server", "s p a c e"],
                  ["set", "-g", "status-left", "#{session_name} \"q\" 'q' | "], ["set", "-g", "prefix", "C-a"], ["set", "-g", "history-limit", "1234"],
                  ["set", "-g", "update-environment[3]", "MINE"], ["set", "-gw", "mode-keys", "vi"], ["set", "-g", "@user", "äöü"],
                  ["set", "-t", "one", "status", "off"], ["set", "-w", "-t", "one", "monitor-activity", "on"], ["set", "-p", "-t", "one", "@pane", "p"],
                  ["set", "-w", "-t", "two", "pane-border-style", "fg=red"], ["set-hook", "-g", "after-new-window", "display-message hooked"],
                  ["set-hook", "-t", "one", "client-attached[2]", "set -g @x y"], ["set-environment", "-g", "GLOBAL", "g"], ["set-environment", "-t", "one", "S", "a=b"],
                  ["set-environment", "-h", "-t", "one", "HIDDEN", "h"], ["set-environment", "-r", "-t", "one", "GONE"], ["bind", "-r", "-N", "note", "X", "split-window", "-h"],
                  ["bind", "-T", "mine", "F5", "display-message", "a b ; c"], ["unbind", "c"], ["bind", "-n", "M-x", "next-window"],
                  ["set-buffer", "-b", "named", "one\ntwo\x1b[1m"], ["set-buffer", "first"], ["set-buffer", "second"], ["select-pane", "-m", "-t", "one.1"]):
        berth(*words)
    before = shown()
    kill_mux(machine)
    for old, new in zip(before, shown()):
        assert new == old, f"{new}\n---- instead of\n{old}"
    berth("set-buffer", "third")
    assert berth("list-buffers", "-F", "#{buffer_name}").stdout.split()[0] == "buffer2"
    berth("kill-server")
    wait_for(lambda: not machine.pids("berthd", "bob"), "the private broker ends")


def test_a_change_that_was_told_is_kept(machine):
    berth("new", "-d", "-s", "one")
    for number in range(4):  # a fifth death within a minute would be delayed
        berth("set", "-g", "@number", str(number))
        kill_mux(machine)
        assert berth("show", "-gv", "@number").stdout == f"{number}\n"
    berth("kill-server")
    wait_for(lambda: not machine.pids("berthd", "bob"), "the private broker ends")


if __name__ == "__main__":
    main(globals(), {"berthd": False, "users": {"bob": "/bin/bash"}})
