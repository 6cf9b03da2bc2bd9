"""berth.conf: what it changes, how a mistake is told, and forced logins."""

import machine
from machine import ADDRESS, Terminal, parent_of_shell, shell, ssh

DROP_IN = "/etc/berth/berth.conf.d/50-test.conf"


def set_policy(text, reload=True):
    machine.write(DROP_IN, text)
    if reload:
        shell("systemctl reload berthd")


def clean():
    shell(f"rm -f {DROP_IN}; systemctl reload berthd")
    for user in ("bob", "force1"):
        shell(f"systemctl stop berth@{user} || true; rm -rf ~{user}/.local/state/berth")


def login(user):
    terminal = Terminal(user)
    terminal.prompt()
    return terminal


def leave(terminal):
    terminal.command("exit 3")
    assert terminal.status() == 3


def shown():
    text = shell("berth policy show --user alice")
    assert "login.on_login = resume" in text and "# default" in text, text
    set_policy("[user alice]\non_login = new\n")
    text = shell("berth policy show --user alice")
    assert f"# {DROP_IN}:2 [user alice]" in text, text
    assert "login.on_login = resume" in shell("berth policy show --user bob")
    clean()


def a_mistake_is_told_and_changes_nothing():
    set_policy("[user alice]\non_login = new\n")
    machine.write(DROP_IN, "[user alice]\non_login = mirror\n\nreplay_lines = many\n")
    told = f"{DROP_IN}:4: replay_lines = many (allowed: a whole number from 0 to 100000)"
    check = shell("berth policy check; echo status $?")
    assert told in check and "status 1" in check, check
    reload = shell("systemctl reload berthd; echo status $?")
    assert "status 1" in reload, reload
    machine.wait_for("the journal", lambda: told in shell("journalctl -u berthd -o cat | cat"))
    assert "login.on_login = new" in shell("berth policy show --user alice")
    shell("kill -HUP $(systemctl show -p MainPID --value berthd)")  # past the check
    assert "login.on_login = new" in shell("berth policy show --user alice")
    shell("berth policy check /etc/berth/berth.conf")
    clean()


def a_mistake_does_not_stop_a_start():
    set_policy("[login]\nhook = maybe\n", reload=False)
    shell("systemctl restart berthd")
    terminal = login("bob")
    assert parent_of_shell(terminal) == "berth-keeper"
    leave(terminal)
    clean()


def off():
    set_policy("[user bob]\nhook = off\n")
    terminal = login("bob")
    assert parent_of_shell(terminal).startswith("sshd")
    assert b"berth" not in terminal.seen, terminal.seen
    leave(terminal)
    clean()


def on_login_new_and_mirror():
    set_policy("[user bob]\non_login = mirror\n")
    first = login("bob")
    name = first.ask("berth display-message -p '#S'")
    second = login("bob")
    assert second.ask("berth display-message -p '#S'") == name
    leave(second)
    first.status()
    clean()


def forced(force_exec):
    set_policy(f"[group contractors]\nhook = force\nforce_exec = {force_exec}\n")
    machine.wait_for("sshd's drop-in", lambda: "berth-login --force" in shell("sshd -T -C user=force1,host=x,addr=192.0.2.2,laddr=192.0.2.1,lport=22"))
    assert "berth-login" not in shell("sshd -T -C user=bob,host=x,addr=192.0.2.2,laddr=192.0.2.1,lport=22")


def a_forced_login():
    forced("refuse")
    terminal = login("force1")
    text = terminal.seen.decode(errors="replace")
    assert "ABSOLUTELY NO WARRANTY" in text, text
    assert parent_of_shell(terminal) == "berth-keeper"
    leave(terminal)
    again = Terminal("force1", environment=("LC_BERTH=off",), options=("-o", "SendEnv=LC_BERTH"))
    again.prompt()
    assert "Last login: " in again.seen.decode(errors="replace"), again.seen
    assert parent_of_shell(again) == "berth-keeper"
    leave(again)


def a_forced_account_may_log_in_only():
    forced("refuse")
    for arguments in ((ADDRESS, "echo no"), ("-T", ADDRESS)):
        status, output, errors = ssh("force1", *arguments, text="echo no\n")
        assert status == 1 and "no\n" not in output and "session only" in errors, (arguments, status, output, errors)
    # sshd passes no errors of subsystems on
    assert ssh("force1", "-s", ADDRESS, "sftp") == (1, "", "")
    assert ssh("bob", ADDRESS, "exit 7")[0] == 7


def a_forced_account_with_commands():
    forced("allow")
    assert ssh("force1", ADDRESS, "echo out; exit 7") == (7, "out\n", "")
    status, output, errors = ssh("force1", "-T", ADDRESS, text="echo out\nexit 4\n")
    assert status == 4 and output.endswith("out\n"), (status, output, errors)
    assert ssh("force1", ADDRESS, "env | grep -c -e SSH_ORIGINAL_COMMAND -e BERTH_LOGIN")[1] == "0\n"


def a_forced_accounts_keys():
    """command= of a key runs; a certificate's cannot be known and is refused."""
    import untouched
    forced("allow")
    assert untouched.forced_ssh("force1", ADDRESS, "ls")[:2] == (5, "forced: ls\n")
    assert untouched.forced_ssh("force1", "-tt", ADDRESS)[0] == 5
    status, output, errors = untouched.forced_ssh("force1", ADDRESS, "id", key="/root/certified")
    assert status == 1 and output == "" and "certificate" in errors, (status, output, errors)


def forced_no_more():
    forced("allow")
    clean()
    assert not machine.succeeds("test -e /etc/ssh/sshd_config.d/50-berth.conf")
    terminal = login("force1")
    assert parent_of_shell(terminal) == "berth-keeper"
    leave(terminal)


if __name__ == "__main__":
    raise SystemExit(machine.main(
        shown, a_mistake_is_told_and_changes_nothing, a_mistake_does_not_stop_a_start, off, on_login_new_and_mirror, a_forced_login,
        a_forced_account_may_log_in_only, a_forced_account_with_commands, a_forced_accounts_keys, forced_no_more))
