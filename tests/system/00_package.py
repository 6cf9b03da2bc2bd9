"""The package is built from this tree; lintian finds no errors."""

import os
import sys

import machine

try:
    machine.require_tools()
except machine.Skip as skip:
    print(f"SKIPPED: {skip}")
    sys.exit(77)
output = machine.run(os.path.join(machine.TOP, "tools/package"), timeout=3000)
print(output)
sys.exit(0 if not any(line.startswith("E: ") for line in output.splitlines()) else 1)
