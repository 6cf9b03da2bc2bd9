"""Shuts the machine down and removes what the run left; BERTH_SYSTEM_KEEP=1 leaves it for a look."""

import os

import machine

if os.environ.get("BERTH_SYSTEM_KEEP") != "1":
    machine.shut_down()
