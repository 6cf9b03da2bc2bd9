"""apt install, and it works for the next login: what the package has put where, and that nothing else was touched."""

import os
import re

import machine
from machine import shell


def berthd_runs():
    machine.wait_for("berthd", lambda: machine.succeeds("systemctl is-active berthd"))
    assert shell("systemctl is-enabled berthd").strip() == "enabled"
    assert machine.succeeds("test -S /run/berth/berthd.sock")


def nothing_is_wrong_with_sshd():
    shell("sshd -t")
    assert shell("ls /etc/ssh/sshd_config.d").split() == ["10-site.conf"], "a drop-in that no policy asked for"
    assert shell("sha256sum /etc/pam.d/sshd").split()[0] in machine.load()["sums"], "/etc/pam.d/sshd was changed"


def pam_and_nsswitch_have_one_line_each():
    assert shell("grep -c pam_berth.so /etc/pam.d/common-session").strip() == "1"
    assert shell("grep '^passwd:' /etc/nsswitch.conf").split() == ["passwd:", "files", "berth", "systemd"]
    assert shell("getent passwd alice | cut -d: -f7").strip() == "/bin/bash"
    for name in ("ro-abcdefghijklmnopqrstuvwx", "berth-s1"):
        assert not machine.succeeds(f"getent passwd {name}"), name


def units_are_sound():
    output = shell("systemd-analyze verify berthd.service berth@alice.service berth-mux@2001.service 2>&1 || true")
    wrong = [line for line in output.splitlines() if "berth" in line and "Command 'man" not in line]
    assert not wrong, wrong


def figures():
    """systemd-analyze security: what docs/THREATS.md says, and at most 2.0 for the multiplexer."""
    with open(os.path.join(machine.TOP, "docs/THREATS.md")) as file:
        told = dict(re.findall(r"^\| `(berth[^`]*\.service)` \| ([0-9.]+) \|", file.read(), re.MULTILINE))
    assert float(told["berth-mux@.service"]) <= 2.0, told
    for unit, limit in (("berth-mux@2001.service", float(told["berth-mux@.service"])), ("berthd.service", float(told["berthd.service"]))):
        last = shell(f"systemd-analyze security --no-pager {unit} 2>/dev/null | tail -1")
        print(f"{unit}: {last.strip()}")
        figure = float(last.split(":")[1].split()[0])
        assert figure <= limit, last


def the_manual_is_there():
    for page in ("man1/berth.1", "man5/berth.conf.5", "man8/berthd.8", "man8/berth-keeper.8", "man8/berth-mux.8"):
        assert machine.succeeds(f"test -e /usr/share/man/{page}.gz"), page
    assert shell("berth --version").startswith("berth ")


if __name__ == "__main__":
    raise SystemExit(machine.main(berthd_runs, nothing_is_wrong_with_sshd, pam_and_nsswitch_have_one_line_each, units_are_sound,
                                  figures, the_manual_is_there))
