"""What one learns of tokens by the time that a refusal takes: `measure_tokens.py BUILD` prints medians and quartiles in ms (docs/THREATS.md).
Live tokens need a key here, so that they too are refused; ordinary names are no tokens and nobody's accounts."""

import pathlib
import random
import statistics
import time

from machine import ROOT, Machine, enter
from sharing import owner, plain, share, token

NAMES, ROUNDS = 8, 4


def random_name(length):
    return "rw-" + "".join(random.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(length))


def main(build):
    enter()
    machine = Machine(build, policy="[share]\ntokens = all\n")
    owner(machine)
    key = (ROOT / "client/key.pub").read_text().strip()
    live = [token(share(machine, "-w", "--key", key)["ssh"]) for _ in range(NAMES)]
    names = [("live", name) for name in live]
    names += [("dead", random_name(26)) for _ in range(NAMES)]
    names += [("malformed", random_name(23)) for _ in range(NAMES)]
    names += [("ordinary", random_name(12).replace("rw-", "u")) for _ in range(NAMES)]
    times = {}
    for _ in range(ROUNDS):
        random.shuffle(names)
        for kind, name in names:
            begin = time.monotonic()
            told = plain(machine, name)
            spent = 1000 * (time.monotonic() - begin)
            assert told.returncode == 255 and "Permission denied" in told.stderr, (kind, told)
            times.setdefault(kind, []).append(spent)
    for kind, values in times.items():
        low, middle, high = statistics.quantiles(values, n=4)
        print(f"{kind:10} median {middle:6.1f}  quartiles {low:6.1f} {high:6.1f}  least {min(values):6.1f}  ({len(values)} tries)")
    for process in machine.processes:
        process.kill()


if __name__ == "__main__":
    import sys
    main(pathlib.Path(sys.argv[1]))
