"""The accounts of the machine and how they are let in: one for each shell, one for each odd name, one for each restriction."""

import machine

LONG = "a" * 60 + ".of.the.department"

# name, shell
SHELLS = (("alice", "/bin/bash"), ("zoe", "/usr/bin/zsh"), ("fay", "/usr/bin/fish"), ("tess", "/bin/tcsh"), ("dan", "/bin/dash"))
ODD_NAMES = ("first.last", "user@domain.example", "DOMAIN\\user", LONG)
RESTRICTED = (("nol", "/usr/sbin/nologin"), ("gitty", "/usr/bin/git-shell"), ("cage", "/bin/sh"), ("files", "/usr/sbin/nologin"))
OTHERS = ("bob", "carol", "force1")


def everyone():
    yield from SHELLS
    yield from ((name, "/bin/bash") for name in ODD_NAMES)
    yield from RESTRICTED
    yield from ((name, "/bin/bash") for name in OTHERS)


def create():
    """Written into the files, as a directory service would answer: useradd refuses most of these names."""
    passwd, shadow, group, homes = "", "", "", "set -e\n"
    for number, (name, shell) in enumerate(everyone(), start=2001):
        home = f"/home/{number}"
        passwd += f"{name}:x:{number}:{number}::{home}:{shell}\n"
        shadow += f"{name}:*:19000:0:99999:7:::\n"
        group += f"{name}:x:{number}:\n"
        homes += f"install -d -o {number} -g {number} -m 750 {home}; install -d -o {number} -g {number} -m 700 {home}/.ssh\n"
        homes += f"install -o {number} -g {number} -m 600 /root/keys {home}/.ssh/authorized_keys\n"
    group += "contractors:x:2900:force1\n"
    key = public_key("key")
    forced = public_key("forced")
    machine.write("/root/keys", f'{key}\ncommand="echo forced: $SSH_ORIGINAL_COMMAND; exit 5" {forced}\n')
    for file, text, mode in (("passwd", passwd, 0o644), ("group", group, 0o644), ("shadow", shadow, 0o640)):
        machine.write(f"/root/{file}", text, mode)
        machine.shell(f"cat /root/{file} >>/etc/{file}")
    machine.shell(homes)
    machine.shell("install -d -m 700 /root/.ssh && head -1 /root/keys >/root/.ssh/authorized_keys")
    # The users' own start files print a word, so that a login that skipped them shows.
    machine.shell("for f in /home/*/; do printf 'WORD=mine\\nexport WORD\\n' >$f.profile; printf 'export WORD=mine\\n' >$f.zshenv; "
                  "mkdir -p $f.config/fish; echo 'set -gx WORD mine' >$f.config/fish/config.fish; "
                  "echo 'setenv WORD mine' >$f.login; touch $f.zshrc; chown -R --reference=$f $f; done")


def home(name):
    return machine.shell(f"getent passwd '{name}' | cut -d: -f6").strip()


def make_keys():
    for name in ("key", "forced", "ca", "certified"):
        status, _, errors = machine.on_client("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"/root/{name}")
        assert status == 0, errors
    status, _, errors = machine.on_client("ssh-keygen", "-q", "-s", "/root/ca", "-I", "test", "-n", "alice,force1", "-O",
                                          "force-command=echo certified; exit 6", "/root/certified.pub")
    assert status == 0, errors


def public_key(name):
    return machine.on_client("cat", f"/root/{name}.pub")[1].strip()


def configure_sshd():
    """What an admin may have: an authority for certificates, a chroot with a shell, internal-sftp."""
    machine.write("/etc/ssh/ca.pub", public_key("ca") + "\n")
    machine.write("/etc/ssh/sshd_config.d/10-site.conf", """TrustedUserCAKeys /etc/ssh/ca.pub
X11Forwarding yes
Match User files
    ForceCommand internal-sftp
    ChrootDirectory /srv/files
Match User cage
    ChrootDirectory /srv/cage
""")
    machine.shell("""set -e
mkdir -p /srv/files/in /srv/cage/bin /srv/cage/dev /srv/cage/lib64 /srv/cage/lib/x86_64-linux-gnu
chown files:files /srv/files/in
cp /bin/dash /srv/cage/bin/sh
cp -L /lib64/ld-linux-x86-64.so.2 /srv/cage/lib64/
cp -L /lib/x86_64-linux-gnu/libc.so.6 /srv/cage/lib/x86_64-linux-gnu/
mknod -m 666 /srv/cage/dev/null c 1 3
sshd -t
systemctl reload ssh""")
