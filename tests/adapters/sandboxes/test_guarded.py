"""Who kills the product at the worst moment leaves no command behind."""

import contextlib
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.adapters.sandboxes.test_bubblewrap import processes_with

from journeyman.adapters.sandboxes.guard import named
from journeyman.adapters.sandboxes.guarded import guarded


def gone(marker: str, *, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while processes_with(marker) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not processes_with(marker)


@pytest.mark.slow
def test_a_product_killed_while_a_sandbox_starts_leaves_nothing(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    for step in range(12):
        marker = f"marker-{secrets.token_hex()}"
        command = ["--", "sh", "-c", "sleep 1000 & sleep 1000", marker]
        line = [sys.executable, "-m", "journeyman", "sandbox", "run", "--workspace", str(tmp_path), *command]
        product = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(processes_with(marker)) < 2 and product.poll() is None:
            pass
        time.sleep(0.001 * step)
        product.kill()
        product.wait()
        assert gone(marker, within_s=5.0), step


_PRODUCT = """
import subprocess, sys, time
from journeyman.adapters.sandboxes.guarded import guarded
with guarded() as name:
    for argv0 in (name, name + "x", "other"):
        subprocess.Popen([argv0, "1000", sys.argv[1]], executable=sys.argv[2])
    print(name, flush=True)
    time.sleep(1000)
"""


def test_the_guard_kills_what_bears_the_name_and_nothing_else() -> None:
    marker = f"marker-{secrets.token_hex()}"
    script = "import time; time.sleep(1000)"
    source = _PRODUCT.replace('[argv0, "1000", sys.argv[1]]', f'[argv0, "-I", "-S", "-c", {script!r}, sys.argv[1]]')
    line = [sys.executable, "-c", source, marker, sys.executable]
    product = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    assert product.stdout is not None
    name = product.stdout.readline().strip()
    deadline = time.monotonic() + 10
    while len(processes_with(marker)) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(named(os.fsencode(name))) == 1
    product.kill()
    product.wait()
    product.stdout.close()
    while named(os.fsencode(name)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert named(os.fsencode(name)) == []
    left = processes_with(marker)
    assert len(left) == 2
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), 9)


def test_a_guard_is_gone_when_it_is_not_needed_any_more() -> None:
    with guarded() as name:
        deadline = time.monotonic() + 10
        while not processes_with(name) and time.monotonic() < deadline:
            time.sleep(0.01)  # its arguments show a moment after it was started
        assert processes_with(name)
    assert processes_with(name) == []
