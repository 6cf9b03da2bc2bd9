"""A machine of its own for a test: namespaces (mounts, network, processes), /usr and /etc as overlays, berth installed from a build
into it as the package would, accounts, a real sshd with PAM, berthd as root. Nothing of it touches the machine below."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

SKIP = 77
PATIENCE = int(os.environ.get("BERTH_E2E_PATIENCE", "60"))  # seconds that anything may take on a busy machine before it counts as failed
ROOT = pathlib.Path("/run/e2e")
USERS = {"alice": "/bin/bash", "bob": "/bin/bash", "zoe": "/usr/bin/zsh", "fred": "/usr/bin/fish", "tess": "/bin/tcsh", "dan": "/bin/dash"}


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIP)


def wait_for(condition, what, patience=PATIENCE):
    """The condition's first true value; it is asked again and again, and `what` did not happen when time is over."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"within {patience} s: {what() if callable(what) else what}")
        time.sleep(0.02)


def enter():
    """Starts this program again inside new namespaces; gives back its exit status to ctest. Returns inside."""
    if os.environ.get("BERTH_E2E_INSIDE"):
        return
    if os.geteuid() != 0:
        skip("needs root for namespaces and sshd")
    for program in ("unshare", "/usr/sbin/sshd", "ssh", "tmux"):
        if not shutil.which(program):
            skip(f"{program} is not installed")
    environment = dict(os.environ, BERTH_E2E_INSIDE="1")
    for name in ("TMUX", "TMUX_PANE", "BERTH", "SSH_AUTH_SOCK", "DISPLAY", "LC_ALL"):
        environment.pop(name, None)
    environment["LANG"] = "C.UTF-8"
    command = ["unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc", sys.executable, *sys.argv]
    sys.exit(subprocess.call(command, env=environment))


def run(*words, check=True, **options):
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    options.setdefault("text", True)
    options.setdefault("timeout", PATIENCE)
    result = subprocess.run([str(word) for word in words], **options)
    if check and result.returncode != 0:
        raise AssertionError(f"{words} gave {result.returncode}:\n{result.stdout}\n{result.stderr}")
    return result


SANITIZER = re.compile(r"ERROR: AddressSanitizer|runtime error:|SUMMARY: UndefinedBehaviorSanitizer")


def sanitizer_reports(folder, pattern="*.log"):
    """What sanitizers have said in the logs of daemons: a mux that they end is replaced, and the test might not notice."""
    told = ""
    for path in sorted(pathlib.Path(folder).glob(pattern)):
        text = path.read_text(errors="replace")
        found = SANITIZER.search(text)
        if found:
            told += f"{path.name}: {text[max(0, found.start() - 200) : found.start() + 4000]}\n"
    return told


class Machine:
    def __init__(self, build, sshd_options=(), users=USERS, berthd=True, policy=None):
        self.build = pathlib.Path(build).resolve()
        self.port = 2222
        self.processes = []
        self.berthd = None
        self._mounts()
        self._install()
        self._accounts(users)
        self._sshd(sshd_options)
        if policy is not None:  # of /etc/berth/berth.conf
            pathlib.Path("/etc/berth").mkdir(exist_ok=True)
            pathlib.Path("/etc/berth/berth.conf").write_text(policy)
        if berthd:
            self.start_berthd()

    # ---- setting up

    def _mounts(self):
        run("mount", "--make-rprivate", "/")
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/var/log")
        ROOT.mkdir()
        (ROOT / "layers").mkdir()
        for name in ("usr", "etc", "var/lib/pam", "var/cache/debconf"):
            layer = name.replace("/", "-")
            upper, work = ROOT / "layers" / f"{layer}-upper", ROOT / "layers" / f"{layer}-work"
            upper.mkdir()
            work.mkdir()
            run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/{name},upperdir={upper},workdir={work}", f"/{name}")
        pathlib.Path("/run/sshd").mkdir()
        pathlib.Path("/run/lock").mkdir(exist_ok=True)
        pathlib.Path("/run/berth").mkdir(mode=0o755)  # systemd-tmpfiles makes it elsewhere
        pathlib.Path("/var/log/lastlog").touch()
        pathlib.Path("/var/log/wtmp").touch()
        pathlib.Path("/run/utmp").touch()
        run("ip", "link", "set", "lo", "up")
        run("hostname", "e2e")

    def _install(self):
        run("cmake", "--install", self.build, "--prefix", "/usr", timeout=PATIENCE * 3)
        run("pam-auth-update", "--force", "--enable", "berth", env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))

    def _accounts(self, users):
        run("groupadd", "-f", "berth-test")
        for name, shell in users.items():
            if not os.path.exists(shell):
                continue
            home = pathlib.Path("/run/home") / name
            home.parent.mkdir(exist_ok=True)
            run("useradd", "--badname", "-m", "-d", home, "-s", shell, name)
            (home / ".hushlogin").touch()
            ssh = home / ".ssh"
            ssh.mkdir(mode=0o700)
        (ROOT / "client").mkdir(mode=0o700)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ROOT / "client/key")
        key = (ROOT / "client/key.pub").read_text()
        for name in users:
            home = pathlib.Path("/run/home") / name
            if home.exists():
                (home / ".ssh/authorized_keys").write_text(key)
                # So that shells of all kinds show the same prompt.
                for file in (".bashrc", ".profile", ".zshrc"):
                    (home / file).write_text("PS1='ready> '\n")
                run("chown", "-R", f"{name}:", home)

    def _sshd(self, options):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ROOT / "host_key")
        config = [f"Port {self.port}", "ListenAddress 0.0.0.0", f"HostKey {ROOT}/host_key", "UsePAM yes", "PasswordAuthentication no",
                  "KbdInteractiveAuthentication no", "AcceptEnv LANG LC_*", "X11Forwarding yes", "PrintMotd no", "StrictModes no",
                  "Subsystem sftp /usr/lib/openssh/sftp-server", "MaxStartups 100", "PidFile none", *options]
        (ROOT / "sshd_config").write_text("\n".join(config) + "\n")
        log = open(ROOT / "sshd.log", "wb")
        self.sshd = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(ROOT / "sshd_config")], stdout=log, stderr=log,
                                     stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
        self.processes.append(self.sshd)
        wait_for(lambda: run("ssh-keyscan", "-p", self.port, "127.0.0.1", check=False).stdout, "sshd listens")

    def start_berthd(self):
        log = open(ROOT / "berthd.log", "ab")
        self.berthd = subprocess.Popen(["/usr/sbin/berthd", "--launcher", "fork"], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.processes.append(self.berthd)
        wait_for(lambda: os.path.exists("/run/berth/berthd.sock"), lambda: "berthd listens\n" + self.logs())

    # ---- using it

    def ssh(self, user, *words, address="127.0.0.1", options=()):
        """The words of an ssh command line."""
        return ["ssh", "-F", "none", "-p", str(self.port), "-i", str(ROOT / "client/key"), "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", *options, f"{user}@{address}", *words]

    def exec(self, user, *words, check=True, options=(), **more):
        return run(*self.ssh(user, *words, options=options), check=check, **more)

    def berth(self, user, *words, check=True, **more):
        """`berth …` as that account, without a terminal."""
        return run("runuser", "-u", user, "--", "env", "-u", "SSH_AUTH_SOCK", "berth", *words, check=check, stdin=subprocess.DEVNULL, **more)

    def sessions(self, user):
        return self.berth(user, "ls", "-F", "#{session_name}", check=False).stdout.split()

    def pids(self, program, user=None):
        """Processes of that name (of that account's server, when a user is given). A child has its parent's name until it executes
        what it is for: it does not count."""
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                stat = (entry / "stat").read_text()
                name, (state, parent) = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()[:2]
                if name == program[:15] and state != "Z" and (user is None or entry.owner() == user):
                    found[int(entry.name)] = int(parent)
            except (FileNotFoundError, ProcessLookupError, KeyError):
                pass
        return [pid for pid, parent in found.items() if parent not in found]

    def kill(self, pid, number=signal.SIGKILL):
        os.kill(pid, number)

    def clean(self):
        """After a failure: no session and no terminal of the test is left."""
        for pid in self.pids("berth-keeper") + self.pids("tmux: server"):
            self.kill(pid)
        wait_for(lambda: not self.pids("berth-keeper") and not self.pids("berth-mux"), "all sessions have gone")
        for folder in pathlib.Path("/run/home").glob("*/.local/state/berth"):
            shutil.rmtree(folder)  # nothing comes back
        if self.berthd is not None and self.berthd.poll() is not None:
            self.start_berthd()

    def logs(self):
        text = ""
        for path in (ROOT / "sshd.log", ROOT / "berthd.log", *pathlib.Path("/run/home").glob("*/*.berth-log")):
            if path.exists():
                text += f"---- {path.name}\n" + path.read_text(errors="replace")[-6000:]
        return text


class Screen:
    """A real terminal (tmux's) with a program in it: typed into, looked at."""

    count = 0

    def __init__(self, words, rows=24, columns=80, environment=None, history=5000):
        Screen.count += 1
        self.name = f"t{os.getpid()}-{Screen.count}"
        self.socket = str(ROOT / f"{self.name}.tmux")
        settings = [f"{name}={value}" for name, value in (environment or {}).items()]
        (ROOT / "tmux.conf").write_text(f"set -g history-limit {history}\nset -g status off\nset -g remain-on-exit on\nset -sg escape-time 0\n"
                                        "set -g default-terminal xterm-256color\nset -g prefix None\nunbind -a\nset -g mouse off\n")
        command = ["env", "-u", "TMUX", "-u", "TMUX_PANE", *settings, *[str(word) for word in words]]
        self._tmux("-f", str(ROOT / "tmux.conf"), "new-session", "-d", "-x", columns, "-y", rows, "-s", "main", *command)

    def _tmux(self, *words, check=True):
        return run("tmux", "-S", self.socket, *words, check=check).stdout

    def type(self, text):
        """Bytes as a user types them; keys by name through press()."""
        self._tmux("send-keys", "-t", "main", "-l", "--", text)

    def press(self, *keys):
        self._tmux("send-keys", "-t", "main", *keys)

    def line(self, text):
        self.type(text)
        self.press("Enter")

    def text(self):
        return self._tmux("capture-pane", "-p", "-t", "main")

    def scrollback(self):
        return self._tmux("capture-pane", "-p", "-t", "main", "-S", "-")

    def cursor(self):
        x, y = self._tmux("display-message", "-p", "-t", "main", "#{cursor_x} #{cursor_y}").split()
        return int(y), int(x)

    def format(self, text):
        return self._tmux("display-message", "-p", "-t", "main", text).strip()

    def resize(self, rows, columns):
        self._tmux("resize-window", "-t", "main", "-x", columns, "-y", rows)

    def pid(self):
        """Of the program that the terminal was opened with."""
        return int(self.format("#{pane_pid}"))

    def wait(self, text, patience=PATIENCE):
        wait_for(lambda: text in self.text(), lambda: f"{text!r} on the screen:\n{self.text()}", patience)

    def wait_last(self, text, patience=PATIENCE):
        """What a program said before it ended: tmux's own line at the end scrolls the screen by one."""
        wait_for(lambda: text in self.scrollback(), lambda: f"{text!r} at last:\n{self.scrollback()}", patience)

    def wait_prompt(self):
        wait_for(lambda: self.text().rstrip().endswith("ready>"), lambda: f"the prompt at the end of the screen:\n{self.text()}")

    def wait_end(self):
        """The exit status of the program."""
        def status():
            # tmux knows of the terminal's end before it knows the status, and now and then misses that a child has ended until the next one does.
            told = self.format("#{?pane_dead,#{pane_dead_status}#{pane_dead_signal},}")
            if not told:
                self._tmux("run-shell", "-b", "true")
            return told

        told = wait_for(status, lambda: f"the program ends:\n{self.text()}")
        return int(told) if told.isdigit() else -1

    def close(self):
        self._tmux("kill-server", check=False)


def main(tests, machine_options=None):
    """Runs every function test_… of the module's globals on one machine; its argument is the machine."""
    enter()
    machine = None
    failed = 0
    wanted = sys.argv[2:]
    names = [name for name in tests if name.startswith("test_") and (not wanted or name in wanted)]
    try:
        machine = Machine(sys.argv[1], **(machine_options or {}))
        for name in names:
            begin = time.monotonic()
            try:
                tests[name](machine)
                print(f"ok    {name} ({time.monotonic() - begin:.1f} s)", flush=True)
            except Exception as error:  # every failure is told; the rest still runs, on a clean machine
                failed += 1
                print(f"FAILED {name}: {type(error).__name__}: {error}\n{machine.logs()}", flush=True)
                machine.clean()
        reports = sanitizer_reports(ROOT) + sanitizer_reports("/run/home", "*/*.berth-log")
        if reports:
            failed += 1
            print(f"FAILED, a sanitizer reported:\n{reports}", flush=True)
    finally:
        if machine is not None:
            for process in machine.processes:
                process.kill()
    print(f"{len(names) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not names else 0)
