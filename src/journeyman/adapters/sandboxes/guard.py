"""The guard: a program of its own that outlives the product by a moment, to end what was just being started.

bubblewrap ties itself to the life of its parent, but only once it is running, and its process 1 only once the
command may start: who is killed in between leaves one of them behind, and with it the command. So every
bubblewrap of the product bears a name that nobody else has, and when the product is gone, however that came
about, the guard kills whatever bears the name. With its process 1 the kernel kills all of a sandbox.

Run as `python -I -S guard.py DESCRIPTOR NAME`; needs the standard library alone.
"""

import os
import signal
import sys
import time

_LOOKS = 40
_PAUSE_S = 0.05


def main(lifeline: int, name: bytes) -> None:
    """Wait until nobody holds the other end of the lifeline, then kill what bears the name, again and again.

    What was forked when the product died may not have its name yet, hence two seconds of looking.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # whoever sends them means the product
        signal.signal(number, signal.SIG_IGN)
    while os.read(lifeline, 1):
        pass
    for _ in range(_LOOKS):
        for pid in named(name):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:  # ended meanwhile, or not ours
                continue
        time.sleep(_PAUSE_S)


def named(name: bytes) -> list[int]:
    """Return the processes whose command line begins with the name."""
    found = []
    for entry in os.listdir("/proc"):  # noqa: PTH208 - pathlib takes longer to import than this takes to run
        if entry.isdigit():
            try:
                with os.fdopen(os.open(f"/proc/{entry}/cmdline", os.O_RDONLY), "rb") as file:
                    line = file.read(len(name) + 1)
            except OSError:
                continue
            if line == name + b"\0":
                found.append(int(entry))
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), os.fsencode(sys.argv[2]))
