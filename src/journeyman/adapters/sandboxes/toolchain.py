"""What must be shown in a sandbox so that a Python of the host runs there."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from journeyman.adapters.sandboxes.mounts import SYSTEM, same_path
from journeyman.domain.command import Mount
from journeyman.domain.errors import UserError

_QUESTION = "import json, sys; print(json.dumps([sys.executable, sys.base_prefix, sys.base_exec_prefix]))"
_TIMEOUT_S = 30.0
_MAX_LINKS = 40


def own_python() -> Path:
    """Return the Python that this product runs on, behind whatever virtual environment it is installed in."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    behind = Path(sys.base_prefix, "bin", version)
    return behind if behind.exists() else Path(sys.executable)


def python_mounts(interpreter: Path) -> tuple[Mount, ...]:
    """Return the mounts with which an interpreter of the host runs inside, under its own path.

    That is its virtual environment, the installation behind it, and every symbolic link on the way from
    the one to the other. A path below `/work`, where the workspace is, is shown below `/host` instead;
    the sandbox still finds a command that is given by its host path.

    The interpreter is asked with `-I -S`, so that nothing of the project runs on the host.

    Raises:
        UserError: it is not there or is not a Python.
    """
    interpreter = interpreter.absolute()
    python = _ask(interpreter)
    roots = _roots(interpreter, python)
    outside = [link for link in _links(interpreter) if not any(link.is_relative_to(root) for root in roots)]
    shown = [same_path(root) for root in roots]
    # What stands there may be a script that picks a Python, as pyenv's shims do: show the one it picked.
    shown += [replace(same_path(link), source=python.executable) for link in outside]
    return tuple(mount for mount in shown if not Path(mount.target).is_relative_to(SYSTEM))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Python:
    executable: Path
    prefixes: tuple[Path, ...]


def _ask(interpreter: Path) -> _Python:
    command = [str(interpreter), "-I", "-S", "-c", _QUESTION]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, timeout=_TIMEOUT_S, cwd="/", env={}).stdout
        executable, *prefixes = map(Path, json.loads(answer))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UserError(
            f"{interpreter} is not a Python that runs here: {error}",
            remedy="Name the interpreter of the project's environment in [judge] python.",
        ) from error
    return _Python(executable=executable.resolve(), prefixes=tuple(prefixes))


def _roots(interpreter: Path, python: _Python) -> tuple[Path, ...]:
    """Return the directories with the interpreter's files: its virtual environment's and its installation's."""
    environment = interpreter.parent.parent
    found = (environment, *python.prefixes) if (environment / "pyvenv.cfg").is_file() else python.prefixes
    # An installation is often reached through a link to its newest patch release.
    return tuple(dict.fromkeys((*found, *(path.resolve() for path in found))))


def _links(path: Path) -> list[Path]:
    """Return a path, and each path that following its last component leads through."""
    seen = [path]
    while path.is_symlink() and len(seen) < _MAX_LINKS:
        following = path.parent / path.readlink()
        # `..` means another place where a linked directory has become a mounted one: both are kept.
        path = following.parent.resolve() / following.name
        seen += [Path(os.path.normpath(following)), path]
    return list(dict.fromkeys(seen))
