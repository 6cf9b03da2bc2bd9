"""berth doctor: everything that can be wrong, each with its mend, and an exit code."""

import json

import machine
from machine import shell


def findings():
    """The checks by name, and the exit status."""
    output = shell("berth --json doctor; echo status $?")
    text, _, status = output.rpartition("status ")
    return {entry["check"]: entry for entry in json.loads(text)}, int(status)


def all_is_well():
    found, status = findings()
    bad = [entry for entry in found.values() if entry["state"] == "BAD"]
    assert not bad and status == 0, bad
    assert found["nscd"]["state"] == "note", "nscd runs on this machine"


def every_mistake_is_found():
    cases = (
        ("daemon", "systemctl stop berthd", "systemctl start berthd"),
        ("enabled", "systemctl disable berthd", "systemctl enable berthd"),
        ("policy", "echo '[login' >/etc/berth/berth.conf.d/x.conf", "rm /etc/berth/berth.conf.d/x.conf"),
        ("pam", "pam-auth-update --disable berth", "pam-auth-update --enable berth"),
        ("keeper-pam", "mv /etc/pam.d/berth /root/", "mv /root/berth /etc/pam.d/"),
        ("shells", "mv /usr/lib/berth/zsh/.zshenv /root/", "mv /root/.zshenv /usr/lib/berth/zsh/"),
        ("sshd", "echo Rubbish yes >/etc/ssh/sshd_config.d/x.conf", "rm /etc/ssh/sshd_config.d/x.conf"),
        ("drop-in", "echo '# x' >/etc/ssh/sshd_config.d/50-berth.conf", "rm /etc/ssh/sshd_config.d/50-berth.conf"),
    )
    missed = []
    for name, spoil, mend in cases:
        shell(spoil)
        try:
            found, status = findings()
            if found[name]["state"] != "BAD" or not found[name]["mend"] or status != 1:
                missed.append((name, status, found[name]))
        finally:
            shell(mend)
    assert not missed, missed
    machine.wait_for("berthd", lambda: machine.succeeds("berth admin status"))
    all_is_well()


def usepam_off():
    shell("sed -i 's/^UsePAM yes/UsePAM no/' /etc/ssh/sshd_config")
    try:
        found, status = findings()
        assert found["sshd"]["state"] == "BAD" and "UsePAM" in found["sshd"]["text"], found["sshd"]
    finally:
        shell("sed -i 's/^UsePAM no/UsePAM yes/' /etc/ssh/sshd_config")


if __name__ == "__main__":
    raise SystemExit(machine.main(all_is_well, every_mistake_is_found, usepam_off))
