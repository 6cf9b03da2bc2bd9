"""apt remove leaves /etc/pam.d, /etc/nsswitch.conf and /etc/ssh as they were, to the byte, and logins go on; so does
installing again; purge leaves nothing."""

import importlib

import accounts
import machine
from machine import Terminal, parent_of_shell, shell

boot = importlib.import_module("01_boot")
SERVER = "systemctl show -p MainPID --value ssh"


def changed(before, after):
    return set(before.splitlines()) ^ set(after.splitlines())


def plain_logins():
    for user, _ in accounts.SHELLS:
        terminal = Terminal(user)
        terminal.prompt()
        assert parent_of_shell(terminal).startswith("sshd"), user
        assert "berth:" not in terminal.seen.decode(errors="replace"), terminal.seen
        terminal.command("exit 3")
        assert terminal.status() == 3


def remove():
    server = shell(SERVER)
    print(shell("apt-get remove -y berth"))
    assert shell(SERVER) == server, "sshd was restarted"
    different = changed(machine.load()["sums"], shell(boot.SUMS))
    different = {line for line in different if "pam.d/berth" not in line}  # a conffile: purge takes it
    assert not different, different
    shell("sshd -t")
    assert not machine.succeeds("systemctl is-active berthd")
    plain_logins()


def install_again_and_over_itself():
    boot.install()
    sums = shell(boot.SUMS)
    shell("dpkg -i /root/berth.deb && dpkg-reconfigure -f noninteractive berth")
    assert not changed(sums, shell(boot.SUMS))
    assert shell("grep -c 'files berth' /etc/nsswitch.conf").strip() == "1"
    assert shell("grep -c pam_berth.so /etc/pam.d/common-session").strip() == "1"


def an_admins_edits_survive():
    """Lines beside ours are kept by removing, whatever their blanks."""
    shell("cp -p /etc/nsswitch.conf /root/nsswitch; sed -i 's/^group:.*/group: files   systemd # ours/' /etc/nsswitch.conf")
    wanted = shell("sed 's/ berth//' /etc/nsswitch.conf")
    shell("apt-get remove -y berth")
    assert shell("cat /etc/nsswitch.conf") == wanted
    shell("sed -i 's/^group:.*/group:          files systemd/' /etc/nsswitch.conf")
    boot.install()


def a_line_without_files_is_left_alone():
    shell("apt-get remove -y berth; cp -p /etc/nsswitch.conf /root/nsswitch; "
          "sed -i 's/^passwd:.*/passwd: files [NOTFOUND=continue] systemd/' /etc/nsswitch.conf")
    wanted = shell("cat /etc/nsswitch.conf")
    boot.install()
    assert shell("cat /etc/nsswitch.conf") == wanted
    shell("cp -p /root/nsswitch /etc/nsswitch.conf")


def purge():
    shell("systemctl stop 'berth@*' 'berth-mux@*'; apt-get purge -y berth")
    assert not changed(machine.load()["sums"], shell(boot.SUMS))
    left = shell("find / -xdev -path /proc -prune -o -path /sys -prune -o -path /root -prune -o -path /var/log -prune "
                 "-o -path /var/lib/dpkg -prune -o -path /var/cache -prune -o -path /run/log -prune -o -iname '*berth*' -print")
    left = "\n".join(path for path in left.splitlines() if not path.startswith("/home/"))
    assert not left, left
    plain_logins()


if __name__ == "__main__":
    raise SystemExit(machine.main(remove, install_again_and_over_itself, an_admins_edits_survive,
                                  a_line_without_files_is_left_alone, purge))
