"""scp, sftp, rsync, git, commands, forwards, forced keys, certificates, git-shell, nologin, chroots: exactly as without berth."""

import machine
import untouched


def everything_is_as_it_was():
    before = machine.load()["baseline"]
    after = untouched.collect()
    different = [name for name in before if before[name] != after[name]]
    for name in different:
        print(f"{name}:\n  without berth {str(before[name])[:2000]}\n  with berth    {str(after[name])[:2000]}")
    assert not different, different


def the_probes_were_no_empty_ones():
    """Each probe that should have worked without berth did."""
    before = machine.load()["baseline"]
    expected = {"exec": 7, "exec with a terminal": 3, "shell without a terminal": 4, "forced key": 5,
                "forced key with a terminal": 5, "certificate with a command": 6, "rsync": 0, "git": 0, "scp": 0, "sftp": 0,
                "sftp for an account of files": 0, "chroot": 0, "chroot's shell": 4, "chroot with a terminal": 4, "root": 0,
                "nologin": 1, "an unknown user": 255}
    wrong = {name: before[name] for name, status in expected.items() if before[name][0] != status}
    assert not wrong, wrong
    assert before["exec by zsh"][1].split() == ["mine"], before["exec by zsh"]
    assert before["no command, forward"][1].startswith("forwarded"), before["no command, forward"]
    assert before["several channels"][1].split() == ["one", "two", "9"], before["several channels"]
    assert before["agent"][1].split() == ["1"] and before["X11"][1].split() == ["localhost"], before["X11"]


if __name__ == "__main__":
    raise SystemExit(machine.main(the_probes_were_no_empty_ones, everything_is_as_it_was))
