"""Writes the files of a tree, byte for byte: no filter, no line-ending conversion, nothing through a symlink."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from journeyman.domain.errors import UnsafeTreeError, UserError
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.repository.git import Git
from journeyman.repository.names import parents_of, path_problem, special_name
from journeyman.repository.trees import read_blobs

_BATCH_BYTES = 64 * 2**20
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def checkout(git: Git, entries: Sequence[TreeEntry], into: Path) -> None:
    """Write the entries into `into`, which is made when it is missing and must be empty.

    Files get mode 0644 or 0755. Symlinks that leave the directory, and submodules, are left out.

    Raises:
        UserError: `into` is not an empty directory, or its file system cannot tell two names apart.
        UnsafeTreeError: the tree itself holds names that no honest git would have stored.
    """
    _refuse_hostile(entries)
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise UserError(f"{into} is not empty", remedy="Give an empty directory.")
    for directory in sorted({parent for entry in entries for parent in parents_of(entry.path)}):
        (into / directory).mkdir()
        (into / directory).chmod(0o755)  # whatever the umask
    try:
        _write_files(git, entries, into)
        _make_symlinks(git, entries, into)
    except FileExistsError as error:
        problem = f"the file system under {into} takes two names of the tree for one: {error.filename}"
        raise UserError(problem, remedy="Use a directory on a file system that minds case.") from error


def symlink_stays_inside(path: str, target: str) -> bool:
    """Say whether a symlink at `path` of a tree can only lead to places in the same tree.

    `..` is accepted at the front alone: behind a name, that name may itself be a symlink, and what
    lies above its target is another place than the text says.
    """
    if not target or target.startswith("/") or "\0" in target:
        return False
    parts = [part for part in target.split("/") if part not in {"", "."}]
    climbs = next((number for number, part in enumerate(parts) if part != ".."), len(parts))
    names = parts[climbs:]
    if ".." in names or any(special_name(name) == "git-dir" for name in names):
        return False
    return climbs <= path.count("/")


def kept_symlinks(git: Git, entries: Sequence[TreeEntry]) -> dict[str, str]:
    """Return the symlinks that a checkout makes: path -> target."""
    links = [entry for entry in entries if entry.kind is EntryKind.SYMLINK]
    targets = read_blobs(git, [entry.blob for entry in links])
    pairs = ((entry.path, os.fsdecode(target)) for entry, target in zip(links, targets, strict=True))
    return {path: target for path, target in pairs if symlink_stays_inside(path, target)}


def _write_files(git: Git, entries: Sequence[TreeEntry], into: Path) -> None:
    for batch in _batches([entry for entry in entries if entry.kind in {EntryKind.FILE, EntryKind.EXECUTABLE}]):
        for entry, content in zip(batch, read_blobs(git, [entry.blob for entry in batch]), strict=True):
            mode = 0o755 if entry.kind is EntryKind.EXECUTABLE else 0o644
            handle = os.open(f"{into}/{entry.path}", _NEW_FILE, mode)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                os.fchmod(handle, mode)


def _make_symlinks(git: Git, entries: Sequence[TreeEntry], into: Path) -> None:
    # Last, so that no file above was written through one of them.
    for path, target in kept_symlinks(git, entries).items():
        (into / path).symlink_to(target)


def _refuse_hostile(entries: Sequence[TreeEntry]) -> None:
    paths = {entry.path for entry in entries}
    reasons = [
        f"{rule}:{path}" for path in paths if (rule := path_problem(path, known=paths)) not in {None, "git-meta"}
    ]
    reasons += [f"file-there:{path}" for path in paths if any(parent in paths for parent in parents_of(path))]
    reasons += [] if len(paths) == len(entries) else ["given-twice:"]
    if reasons:
        raise UnsafeTreeError(tuple(sorted(reasons)))


def _batches(entries: Sequence[TreeEntry]) -> Iterator[list[TreeEntry]]:
    batch: list[TreeEntry] = []
    size = 0
    for entry in entries:
        if batch and size + entry.size_bytes > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += entry.size_bytes
    if batch:
        yield batch
