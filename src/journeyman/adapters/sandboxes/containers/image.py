"""Which image commands run in: a named one by its digest, or this host's own system shown read-only in an empty one."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.errors import ImageNotFound

from journeyman.adapters.sandboxes.containers.daemon import Daemon
from journeyman.adapters.sandboxes.mounts import HOME, SYSTEM, WORKSPACE
from journeyman.domain.command import Mount
from journeyman.domain.errors import AdapterError, UserError

COMMAND_UID = 64000
"""Whom commands run as; an ordinary number, since files shown from the host may be another uid's secrets."""
GUARD_UID = 64001
"""Whom process 1 runs as, so that no command can signal it or read its environment."""

_PATH = "/usr/local/bin:/usr/bin:/bin"
_REPOSITORY = "journeyman-host"
_SYSTEM_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_SYSTEM_FILES = ("ld.so.cache", "alternatives", "ssl/certs", "ssl/openssl.cnf", "mime.types", "localtime")
_ETC = {
    "etc/passwd": f"root:x:0:0::/nonexistent:/bin/false\nagent:x:{COMMAND_UID}:{COMMAND_UID}::{HOME}:/bin/sh\n",
    "etc/group": f"root:x:0:\nagent:x:{COMMAND_UID}:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What a container starts from."""

    digest: str
    """`sha256:…`, never a name: what was probed is what runs."""
    mounts: tuple[Mount, ...] = ()
    """Of the host, where the image alone is not a system."""
    path: str = _PATH
    """Where commands are looked for inside."""
    weaker: tuple[str, ...] = ()


async def find_image(daemon: Daemon, name: str) -> Image:
    """Return the image of this name, or that of the host's own system for an empty name.

    Only an image that is named by its digest is ever pulled.

    Raises:
        UserError: it is not there and not pinned.
        AdapterError: it cannot be pulled or made.
    """
    if not name:
        return await _host_image(daemon)
    found = await _inspect(daemon, name)
    if found is None and "@sha256:" in name:
        await daemon.call(daemon.client.pull, name)
        found = await _inspect(daemon, name)
    if found is None:
        raise UserError(
            f"the image {name} is not on this machine, and an image without a digest is not pulled",
            remedy="Pull it yourself, or write it as name@sha256:… in [sandbox] image.",
        )
    config = found.get("Config") or {}
    if config.get("Volumes"):
        raise UserError(
            f"the image {name} declares volumes, which nothing here could bound", remedy="Build one without VOLUME."
        )
    own = (line.partition("=")[2] for line in config.get("Env") or () if line.startswith("PATH="))
    loose = f"the image {name} is named by a tag, which may mean another one tomorrow: pin its digest"
    pinned = "@sha256:" in name or name.startswith("sha256:")
    return Image(digest=str(found["Id"]), path=next(own, _PATH), weaker=() if pinned else (loose,))


async def _inspect(daemon: Daemon, name: str) -> Mapping[str, Any] | None:
    try:
        found: dict[str, Any] = await daemon.call(daemon.client.inspect_image, name)
    except AdapterError as error:
        if isinstance(error.__cause__, ImageNotFound):
            return None
        raise
    return found


async def _host_image(daemon: Daemon) -> Image:
    if not Path("/proc/version").exists():
        raise UserError(
            "this machine's own system cannot be shown in a container: it is not Linux",
            remedy="Name an image with the project's toolchain in [sandbox] image.",
        )
    skeleton = _skeleton()
    name = f"{_REPOSITORY}:{hashlib.sha256(skeleton).hexdigest()[:16]}"
    found = await _inspect(daemon, name)
    if found is None:
        said = await daemon.call(
            daemon.client.import_image_from_data, skeleton, repository=_REPOSITORY, tag=name.partition(":")[2]
        )
        found = {"Id": json.loads(said.strip().splitlines()[-1])["status"]}
    links = (Path("/", link) for link in _SYSTEM_LINKS)
    shown = [Path(SYSTEM), *(place for place in links if place.is_dir() and not place.is_symlink())]
    shown += [place for name in _SYSTEM_FILES if (place := Path("/etc", name)).exists()]
    return Image(digest=str(found["Id"]), mounts=tuple(Mount(source=place, target=str(place)) for place in shown))


def _skeleton() -> bytes:
    """Return a file system of nothing but directories, links and four small files, as a tar; always the same."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in (
            "usr",
            "etc",
            "etc/ssl",
            "proc",
            "dev",
            "sys",
            "home",
            "var",
            "var/tmp",
            "opt",
            str(WORKSPACE)[1:],
        ):
            tar.addfile(_entry(name, tarfile.DIRTYPE))
        for name in ("tmp", str(HOME)[1:]):
            tar.addfile(_entry(name, tarfile.DIRTYPE, mode=0o1777))
        for name in _SYSTEM_LINKS:
            if Path("/", name).is_symlink():
                tar.addfile(_entry(name, tarfile.SYMTYPE, link=f"usr/{name}"))
        for name, text in _ETC.items():
            entry = _entry(name, tarfile.REGTYPE, mode=0o644)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def _entry(name: str, kind: bytes, *, mode: int = 0o755, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.linkname = kind, mode, link
    return entry
