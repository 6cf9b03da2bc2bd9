"""Boots the machine, notes how everything was without berth, and installs the package as an admin would."""

import glob
import os
import sys
import time

import accounts
import machine
import untouched

SUMS = "find /etc/pam.d /etc/nsswitch.conf /etc/ssh -type f | sort | xargs sha256sum"


def prepare():
    machine.boot()
    accounts.make_keys()
    accounts.create()
    accounts.configure_sshd()
    machine.wait_for("sshd", lambda: machine.ssh("alice", machine.ADDRESS, "true")[0] == 0)
    terminal = machine.Terminal("alice")
    terminal.prompt()
    machine.save(plain_parent=machine.parent_of_shell(terminal))
    terminal.command("exit 3")
    machine.save(plain_status=terminal.status(), plain_text=terminal.seen.decode(errors="replace"))
    machine.save(baseline=untouched.collect(), sums=machine.shell(SUMS))


def install():
    package = max(glob.glob(os.path.join(machine.TOP, "build/package/berth_*.deb")), key=os.path.getmtime)
    with open(package, "rb") as file:
        data = file.read()
    import subprocess
    words = ["nsenter", "-t", str(machine.load()["leader"]), "-a", "--", "sh", "-c", "cat >/root/berth.deb"]
    subprocess.run(words, input=data, check=True, timeout=60)
    print(machine.shell("apt-get install -y /root/berth.deb"))


if __name__ == "__main__":
    try:
        machine.require_tools()
        prepare()
    except machine.Skip as skip:
        os.makedirs(machine.STATE, exist_ok=True)
        machine.save(skip=str(skip))
        print(f"SKIPPED: {skip}")
        sys.exit(77)
    begin = time.monotonic()
    install()
    print(f"installed in {time.monotonic() - begin:.1f} s")
