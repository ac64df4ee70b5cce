"""Starts the guard, and holds the lifeline that tells it whether the product is alive."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from journeyman.adapters.sandboxes import guard


@contextmanager
def guarded() -> Iterator[str]:
    """Yield the name by which the guard knows a bubblewrap as ours: what is started under it does not outlive us."""
    name = f"bwrap-{secrets.token_hex(8)}"
    theirs, ours = os.pipe()
    line = [sys.executable, "-I", "-S", str(Path(guard.__file__)), str(theirs), name]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        line, stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=[theirs], env={}, cwd="/", start_new_session=True
    )
    os.close(theirs)
    try:
        yield name
    finally:
        # Everything has ended by now, one by one: there is nothing to look for.
        process.kill()
        process.wait()
        os.close(ours)
