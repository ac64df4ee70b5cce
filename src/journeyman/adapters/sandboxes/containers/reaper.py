"""Whose a container is, and the removal of those whose owner is dead.

A container ends by itself when the connection of its owner closes; what is left to do is to remove it.
"""

import os
import platform
from contextlib import suppress
from pathlib import Path

from journeyman.adapters.sandboxes.containers.daemon import Daemon
from journeyman.domain.errors import AdapterError

LABEL = "journeyman.owner"


def labels() -> dict[str, str]:
    """Return the labels that say that this process owns a container."""
    return {LABEL: ":".join((_machine(), str(os.getpid()), _started(os.getpid())))}


async def reap(daemon: Daemon) -> int:
    """Remove the containers of owners that are dead; return how many there were."""
    client, reaped = daemon.client, 0
    for container in await daemon.call(client.containers, all=True, filters={"label": [LABEL]}):
        if _is_orphan(str(container["Labels"][LABEL]), running=container["State"] == "running"):
            with suppress(AdapterError):  # another owner's reaper was faster
                await daemon.call(client.remove_container, container["Id"], force=True, v=True)
                reaped += 1
    return reaped


def _is_orphan(owner: str, *, running: bool) -> bool:
    machine, pid, started = owner.rsplit(":", 2)
    if machine != _machine():
        return not running  # of another machine, or from before a reboot
    return _started(int(pid)) != started if pid.isdigit() else True


def _machine() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return platform.node()


def _started(pid: int) -> str:
    """Return when a process began, in the kernel's ticks; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[19]
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "running"
