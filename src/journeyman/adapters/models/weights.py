"""Weights on disk: where they lie, and whether they are the bytes that were asked for."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from journeyman.adapters.models.catalog import LocalModel
from journeyman.domain.errors import UserError

_MAGIC = b"GGUF"


class Presence(StrEnum):
    """What was found where the weights of a catalogued model belong."""

    ABSENT = "absent"
    TRUNCATED = "truncated"
    """The size differs."""
    ALTERED = "altered"
    """The size is right and the digest is not."""
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A model file that may be served."""

    path: Path
    sha256: str
    name: str
    """As a server names it in its responses: readable name and the start of the digest."""


def weights_path(model: LocalModel, cache_dir: Path) -> Path:
    """Return where the weights of a catalogued model belong."""
    return cache_dir / "models" / f"{model.sha256}.gguf"


def inspect_weights(model: LocalModel, cache_dir: Path) -> Presence:
    """Compare the file with the catalogue. Hashes it only if it changed since it was last hashed."""
    path = weights_path(model, cache_dir)
    if not path.is_file():
        return Presence.ABSENT
    if path.stat().st_size != model.size_bytes:
        return Presence.TRUNCATED
    return Presence.WHOLE if file_digest(path, cache_dir) == model.sha256 else Presence.ALTERED


def find_weights(model: LocalModel, cache_dir: Path) -> Weights:
    """Return the weights of a catalogued model.

    Raises:
        UserError: absent, truncated or altered; the remedy is in the text.
    """
    presence, path = inspect_weights(model, cache_dir), weights_path(model, cache_dir)
    pull = f"journeyman model pull {model.name}"
    match presence:
        case Presence.WHOLE:
            return Weights(path=path, sha256=model.sha256, name=_served_name(model.name, model.sha256))
        case Presence.ABSENT:
            size = f"{model.size_bytes / 1e6:,.0f} MB"
            raise UserError(f"the model {model.name} is not on this machine yet", remedy=f"Get it ({size}): {pull}")
        case Presence.TRUNCATED:
            found = f"{path.stat().st_size:,} of {model.size_bytes:,} bytes"
            raise UserError(f"the model file {path} is not whole: {found}", remedy=f"Fetch it again: {pull}")
        case Presence.ALTERED:
            raise UserError(
                f"the model file {path} has been altered: its SHA-256 is not {model.sha256}",
                remedy=f"Fetch it again: {pull}",
            )


def find_file(path: Path, cache_dir: Path) -> Weights:
    """Return the weights in a file the user brought.

    Raises:
        UserError: there is no such file, or it is not GGUF.
    """
    if not path.is_file():
        raise UserError(
            f"there is no model file {path}", remedy="Give the path of a GGUF file: local:/path/to/file.gguf"
        )
    with path.open("rb") as file:
        magic = file.read(len(_MAGIC))
    if magic != _MAGIC:
        raise UserError(
            f"{path} is not a GGUF model: it does not start with the bytes GGUF",
            remedy="Convert the model to GGUF, or download its GGUF edition.",
        )
    sha256 = file_digest(path, cache_dir)
    return Weights(path=path.resolve(), sha256=sha256, name=_served_name(path.stem, sha256))


def file_digest(path: Path, cache_dir: Path) -> str:
    """Return the SHA-256 of a file; a note in the cache keeps it until size or modification time change."""
    status = path.stat()
    stamp = {"size_bytes": status.st_size, "modified_ns": status.st_mtime_ns}
    # By inode: a finished download keeps its note when it is renamed into place.
    note = cache_dir / "models" / "digests" / f"{status.st_dev}-{status.st_ino}.json"
    known = _read_note(note)
    if known is not None and {key: known.get(key) for key in stamp} == stamp:
        return str(known.get("sha256"))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({**stamp, "sha256": sha256}), "utf-8")
    return sha256


def _read_note(note: Path) -> dict[str, object] | None:
    try:
        known = json.loads(note.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        # Absent, or another process is writing it just now: hashing again is always right.
        return None
    return known if isinstance(known, dict) else None


def _served_name(name: str, sha256: str) -> str:
    return f"{name}@sha256:{sha256[:12]}"
