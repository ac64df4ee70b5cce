"""The shelf: environments by digest, complete or not there at all."""

import fcntl
import json
import os
import secrets
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from journeyman.judge.world import remove_tree

_UNUSED_S = 30 * 24 * 3600.0
"""What was not used for so long goes when something new comes."""
_RECORD = "environment.json"


class Shelf:
    """A directory of environments, shared by every process of this person."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def find(self, digest: str) -> Path | None:
        """Return the tree of a built environment."""
        place = self._directory / digest
        if not (place / _RECORD).is_file():
            return None
        with suppress(OSError):
            os.utime(place / _RECORD)
        return place / "tree"

    @contextmanager
    def building(self, digest: str) -> Iterator[Path]:
        """Hold the right to build one environment, in a new directory that is gone afterwards."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / f"{digest}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            place = self._directory / f"building-{secrets.token_hex(8)}"
            place.mkdir()
            try:
                yield place
            finally:
                remove_tree(place)

    def publish(self, digest: str, place: Path, record: Mapping[str, object]) -> Path:
        """Put what was built on the shelf, in one step.

        Raises:
            ValueError: what was built is no directory: somebody inside put something in its place.
        """
        self._sweep()
        finished = place / "finished"
        finished.mkdir()
        tree = place / "tree"
        for entry in (tree, tree / "node_modules", tree / "venv"):
            if entry.is_symlink() or not (entry == tree or not entry.exists() or entry.is_dir()):
                raise ValueError(f"{entry.name} is not a directory")
        if not stat.S_ISDIR(tree.lstat().st_mode):
            raise ValueError("the tree is not a directory")
        tree.rename(finished / "tree")
        (finished / _RECORD).write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        finished.rename(self._directory / digest)
        return self._directory / digest / "tree"

    def _sweep(self) -> None:
        oldest = time.time() - _UNUSED_S
        for record in self._directory.glob(f"*/{_RECORD}"):
            with suppress(OSError):
                if record.stat().st_mtime < oldest:
                    record.unlink()
                    remove_tree(record.parent)
