"""A Debian 12 machine for the system tests, and a second one beside it to log in from.

The root is made once by mmdebstrap and cached (BERTH_CACHE, by default /var/cache/berth-tests). Each run boots a writable
overlay of it with systemd-nspawn. The client is another overlay of the same root in a network namespace of its own, joined
to the machine by a veth pair whose link can be taken down. The state folder says what runs, so that the tests, which are
separate processes, share one boot.
"""

import fcntl
import hashlib
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import traceback

PACKAGES = """systemd systemd-sysv dbus libpam-systemd libnss-systemd openssh-server openssh-client zsh fish tcsh rsync git
 iproute2 procps ncurses-term libinih1 libfmt9 libutf8proc2 libtinfo6 libncursesw6 libseccomp2 libpam-runtime nscd xauth
 python3-minimal apt ca-certificates""".split()

ADDRESS = "192.0.2.1"  # TEST-NET-1, RFC 5737
CLIENT_ADDRESS = "192.0.2.2"
PATIENCE = 60.0  # seconds that a loaded machine may take for anything

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.environ.get("BERTH_CACHE", "/var/cache/berth-tests")
STATE = os.environ.get("BERTH_SYSTEM_STATE", os.path.join(TOP, "build/system"))


class Skip(Exception):
    """This machine cannot do it; the text says what is missing."""


def require_tools():
    if os.geteuid() != 0:
        raise Skip("not root")
    for tool in ("systemd-nspawn", "mmdebstrap", "nsenter", "unshare", "ip", "dpkg-buildpackage"):
        if shutil.which(tool) is None:
            raise Skip(f"{tool} is not installed")


def run(*words, check=True, **options):
    """Runs a program of this machine; its output is text."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("timeout", 600)
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: status {done.returncode}\n{done.stdout}")
    return done.stdout


def wait_for(what, condition, patience=PATIENCE):
    """Asks until the answer is true, and returns it."""
    end = time.monotonic() + patience
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.05)


# ---- the cached root


def base_root():
    key = hashlib.sha256(" ".join(sorted(PACKAGES)).encode()).hexdigest()[:12]
    root = os.path.join(CACHE, f"bookworm-{key}")
    if os.path.exists(root):
        return root
    os.makedirs(CACHE, exist_ok=True)
    making = f"{root}.{os.getpid()}"
    try:
        run("mmdebstrap", "--variant=minbase", "--include=" + ",".join(PACKAGES), "bookworm", making, timeout=900)
    except AssertionError as error:
        shutil.rmtree(making, ignore_errors=True)
        if "success" not in str(error) and re.search(r"apt-get update.*failed|Temporary failure|404", str(error)):
            raise Skip(f"no Debian mirror: {str(error).splitlines()[-1]}") from error
        raise
    os.rename(making, root)
    return root


def writable_copy(root, folder):
    """An overlay of the root, or a copy where overlays cannot be mounted. Returns its path."""
    merged = os.path.join(folder, "root")
    for name in ("upper", "work", "root"):
        os.makedirs(os.path.join(folder, name))
    options = f"lowerdir={root},upperdir={folder}/upper,workdir={folder}/work"
    if subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, merged], stderr=subprocess.DEVNULL).returncode:
        run("cp", "-a", "--reflink=auto", root + "/.", merged)
    return merged


# ---- what runs, for the other tests


def save(**facts):
    known = load()
    known.update(facts)
    with open(os.path.join(STATE, "facts.json"), "w") as file:
        json.dump(known, file, indent=1)


def load():
    try:
        with open(os.path.join(STATE, "facts.json")) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def started(pid):
    """When a process started (field 22 of its stat), so that its number is not mistaken for another's."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[19]
    except FileNotFoundError:
        return None


def state(pid):
    """"Z": it has ended, and is another test's child."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def start(root):
    """Boots that root."""
    log = open(os.path.join(STATE, "console"), "ab")
    machine = subprocess.Popen(
        ["systemd-nspawn", "-D", root, "-M", f"berth-test-{os.getpid()}", "--boot", "--private-network", "--keep-unit",
         "--register=no", "--console=pipe"],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    save(nspawn=machine.pid, nspawn_started=started(machine.pid))

    def is_up():
        if machine.poll() is not None:
            with open(os.path.join(STATE, "console"), errors="replace") as file:
                raise Skip("systemd-nspawn cannot boot here: " + " ".join(file.read().split())[-300:])
        found = children(machine.pid)
        if not found:
            return False
        save(leader=found[0])  # another process may be nspawn's child for a moment before
        return shell("systemctl is-system-running", check=False).strip() in ("running", "degraded")

    wait_for("the machine's boot", is_up, 2 * PATIENCE)


def boot():
    shut_down()
    os.makedirs(STATE, exist_ok=True)
    root = writable_copy(base_root(), os.path.join(STATE, "machine"))
    client = writable_copy(base_root(), os.path.join(STATE, "client"))
    log = open(os.path.join(STATE, "console"), "wb")
    holder = subprocess.Popen(
        ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c",
         f"mount --rbind /dev {client}/dev && mount -t proc proc {client}/proc && exec chroot {client} sleep infinity"],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    save(holder=holder.pid, holder_started=started(holder.pid), root=root, client=client)
    start(root)
    wait_for("the client's root", lambda: os.readlink(f"/proc/{holder.pid}/root") == client)
    connect()


def connect():
    facts = load()
    name = f"bt{facts['leader'] % 100000}"
    run("ip", "link", "add", name + "c", "type", "veth", "peer", "name", name + "m")
    run("ip", "link", "set", name + "c", "netns", str(facts["holder"]))
    run("ip", "link", "set", name + "m", "netns", str(facts["leader"]))
    for pid, device, address in ((facts["holder"], name + "c", CLIENT_ADDRESS), (facts["leader"], name + "m", ADDRESS)):
        inside = ("nsenter", "-t", str(pid), "-n", "ip")
        run(*inside, "address", "add", address + "/24", "dev", device)
        run(*inside, "link", "set", device, "up")
        run(*inside, "link", "set", "lo", "up")
    save(device=name + "c")


def reboot():
    """systemctl reboot, and what comes up again: the same root, other processes, a network made anew."""
    facts = load()
    subprocess.run(["nsenter", "-t", str(facts["leader"]), "-a", "--", "systemctl", "reboot"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=60, check=False)  # it may be ended with the rest

    def is_down():  # nspawn leaves it to a service manager to start it again
        return started(facts["nspawn"]) != facts["nspawn_started"] or state(facts["nspawn"]) == "Z"

    wait_for("the machine's end", is_down, 2 * PATIENCE)
    start(facts["root"])
    connect()
    wait_for("sshd", lambda: ssh("alice", ADDRESS, "true")[0] == 0)


def link(state):
    """Takes the client's cable out ("down") or puts it back ("up")."""
    facts = load()
    run("nsenter", "-t", str(facts["holder"]), "-n", "ip", "link", "set", facts["device"], state)


def end_process(pid, start, first_signal):
    if pid is None or started(pid) != start:
        return
    os.kill(pid, first_signal)
    end = time.monotonic() + 20
    while started(pid) == start and time.monotonic() < end:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            pass  # another test's child
        time.sleep(0.05)
    if started(pid) == start:
        os.kill(pid, signal.SIGKILL)


def shut_down():
    facts = load()
    end_process(facts.get("nspawn"), facts.get("nspawn_started"), signal.SIGTERM)
    end_process(facts.get("holder"), facts.get("holder_started"), signal.SIGTERM)
    for name in ("machine", "client"):
        merged = os.path.join(STATE, name, "root")
        while os.path.ismount(merged):
            run("umount", "--lazy", merged)
    if os.path.isdir(STATE):
        shutil.rmtree(STATE)


def require_machine():
    facts = load()
    if "skip" in facts:
        raise Skip(facts["skip"])
    if "leader" not in facts or started(facts["leader"]) is None:
        raise Skip("the machine does not run (system.01_boot has not passed)")


# ---- inside the machine


def shell(script, check=True, user=None, timeout=300):
    """A shell script on the machine, as root or a user (no login), and its output."""
    words = ["nsenter", "-t", str(load()["leader"]), "-a", "--"]
    if user is not None:
        words += ["runuser", "-u", user, "--"]
    return run(*words, "/bin/sh", "-c", script, check=check, timeout=timeout,
               env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
                    "DEBIAN_FRONTEND": "noninteractive"})


def succeeds(script):
    return shell(f"if ( {script} ) >/dev/null 2>&1; then echo yes; fi").strip() == "yes"


def no_sessions(*users):
    """Nothing is left of what a test before, or an earlier try, began for them: neither sessions nor what would come back."""
    for user in users:
        shell("berth kill-server 2>/dev/null || true", user=user)
        wait_for(f"the end of {user}'s server", lambda: not re.search(rf"(?m)^{user}\b", shell("berth ls --all")))
        shell(f"rm -rf ~{user}/.local/state/berth")


def inside(path):
    return load()["root"] + path


def write(path, text, mode=0o644):
    """Through the machine's own view: an overlay does not show what is changed beneath it."""
    words = ["nsenter", "-t", str(load()["leader"]), "-a", "--", "/bin/sh", "-c", f"cat >'{path}' && chmod {mode:o} '{path}'"]
    subprocess.run(words, input=text.encode(), check=True, timeout=60)


# ---- ssh from the client


def ssh_words(user, *arguments, program="ssh", options=()):
    common = ["-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
              "-o", "ConnectTimeout=30", "-i", "/root/key"]
    words = [program, *common, *options]
    if program == "ssh":
        words += ["-l", user, *arguments]
    else:
        words += arguments
    return words


def client_words(words):
    return ["nsenter", "-t", str(load()["holder"]), "--net", "--mount", "--root", "--wd", "--", "env", "-i",
            "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "HOME=/root", "TERM=xterm-256color", *words]


def on_client(*words, text="", timeout=120):
    """A program on the client without a terminal: status, output, errors."""
    done = subprocess.run(client_words(words), input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          errors="replace", timeout=timeout)
    return done.returncode, done.stdout, done.stderr


def ssh(user, *arguments, options=(), text="", timeout=120):
    """ssh without a terminal: options, then ADDRESS and the command in `arguments`."""
    return on_client(*ssh_words(user, *arguments, options=options), text=text, timeout=timeout)


QUERIES = ((rb"\x1b\[5n", b"\x1b[0n"), (rb"\x1b\[6n", b"\x1b[1;1R"), (rb"\x1b\[0?c", b"\x1b[?62;22c"),
           (rb"\x1b\[>0?c", b"\x1b[>41;380;0c"))


class Terminal:
    """A real ssh client under a pseudo-terminal of 80 by 24, which answers queries all the time, as a living one does; and
    somebody who types and reads."""

    def __init__(self, user, *arguments, options=(), environment=()):
        self.seen = b""
        self.mark = 0
        self.ended = False
        self.more = threading.Condition()
        words = client_words(["env", *environment, *ssh_words(user, *(arguments or (ADDRESS,)), options=("-tt", *options))])
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(words[0], words)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        asked = 0
        while True:
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # EIO: the slave has been closed
                data = b""
            with self.more:
                self.seen += data
                self.ended = data == b""
                self.more.notify_all()
            if self.ended:
                return
            found = [(match.end(), reply) for query, reply in QUERIES for match in re.finditer(query, self.seen[asked:])]
            for _, reply in sorted(found):
                os.write(self.fd, reply)
            asked += max((end for end, _ in found), default=0)

    def expect(self, pattern, patience=PATIENCE):
        """Waits until the pattern comes after what was expected before, and returns the match."""
        end = time.monotonic() + patience
        with self.more:
            while True:
                match = re.search(pattern.encode(), self.seen[self.mark:], re.DOTALL)
                if match:
                    self.mark += match.end()
                    return match
                if self.ended or time.monotonic() > end:
                    raise AssertionError(f"{pattern!r} did not come; the last was {self.seen[self.mark:][-2000:]!r}")
                self.more.wait(max(0.01, end - time.monotonic()))

    def type(self, text):
        os.write(self.fd, text.encode())

    def command(self, line):
        """Types a line; a word split by '' in it does not match its own echo."""
        self.type(line + "\r")

    def ask(self, line, patience=PATIENCE):
        """The output of a command between two marks that its echo does not show, and no replay of an earlier one."""
        mark = f"{os.getpid()}-{time.monotonic_ns()}"
        self.command(f"echo B''EGIN-{mark}; {line}; echo E''ND-{mark}")
        output = self.expect(f"BEGIN-{mark}\r*\n(.*?)END-{mark}\r*\n", patience).group(1)
        return output.decode(errors="replace").replace("\r", "").strip()

    def prompt(self, patience=PATIENCE):
        return self.expect(r"[$>%#] ", patience)

    def status(self, patience=PATIENCE):
        """Waits for ssh to end; its exit status."""
        end = time.monotonic() + patience
        with self.more:
            while not self.ended:
                if time.monotonic() > end:
                    raise AssertionError(f"ssh did not end; the last was {self.seen[-2000:]!r}")
                self.more.wait(max(0.01, end - time.monotonic()))
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self):
        """The client dies without a word."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def freeze(self):
        """The client's machine falls asleep: nothing is read, sent or answered any more."""
        os.kill(self.pid, signal.SIGSTOP)


PARENT = "sh -c 'ps -o comm= -p $(ps -o ppid= -p $PPID)'"


def parent_of_shell(terminal):
    """What started the shell in the terminal: sshd, or berth-keeper."""
    return terminal.ask(PARENT).splitlines()[-1]


def main(*tests):
    """Runs a test file's functions in their order; the exit status for ctest: 77 is a skip."""
    try:
        require_tools()
        require_machine()
    except Skip as skip:
        print(f"SKIPPED: {skip}")
        return 77
    failed = 0
    for test in tests:
        begin = time.monotonic()
        try:
            test()
            print(f"passed {time.monotonic() - begin:6.1f} s  {test.__name__}", flush=True)
        except Exception:  # the other tests of the file are run all the same
            failed += 1
            print(f"FAILED {time.monotonic() - begin:6.1f} s  {test.__name__}", flush=True)
            traceback.print_exc(limit=-2, file=sys.stdout)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0
