"""Sharing: what guests, and those who would like to be one, are kept from, and that nobody else notices."""

from machine import Screen, main, run
from sharing import prepare


def test_forced_logins_beside_guests(machine):
    """A forced login must know where keys come from; the block for guests names a place of its own, for guests alone."""
    prepare(machine)
    screen = Screen(machine.ssh("dan"))
    screen.wait_prompt()
    assert machine.sessions("dan"), screen.text()
    told = machine.exec("dan", "echo out; exit 7", check=False)
    assert (told.returncode, told.stdout) == (7, "out\n"), told
    run("sh", "-c", "echo 'AuthorizedKeysFile /etc/keys/%u' > /etc/ssh/sshd_config.d/60-other.conf")
    told = machine.exec("dan", "echo out", check=False)
    assert told.returncode == 1 and "elsewhere than authorized_keys" in told.stderr, told
    run("rm", "/etc/ssh/sshd_config.d/60-other.conf")
    machine.berth("dan", "kill-server")
    screen.wait_end()
    screen.close()


if __name__ == "__main__":
    main(globals(), {"policy": "[share]\ntokens = all\n\n[user dan]\nhook = force\n"})
