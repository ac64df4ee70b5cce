"""Trees by plumbing: list, read, write and overlay, never with a working directory."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.repository.git import Git
from journeyman.repository.names import is_object_id, parents_of, path_problem

_KINDS = {"120000": EntryKind.SYMLINK, "160000": EntryKind.SUBMODULE, "100755": EntryKind.EXECUTABLE}


def list_tree(git: Git, tree: str) -> tuple[TreeEntry, ...]:
    """Return every entry of a tree but its directories, sorted by path."""
    require_ids(tree)
    listing = git.run("ls-tree", "-r", "-l", "-z", "--full-tree", tree)
    return tuple(sorted(map(_entry, _items(listing)), key=lambda entry: entry.path))


def read_object(git: Git, object_id: str) -> tuple[str, bytes]:
    """Return the type and content of one object."""
    ((kind, content),) = _read_objects(git, (object_id,))
    return kind, content


def read_blobs(git: Git, blobs: Sequence[str]) -> tuple[bytes, ...]:
    """Return the contents of many blobs, in order."""
    found = list(_read_objects(git, blobs)) if blobs else []
    for blob, (kind, _) in zip(blobs, found, strict=True):
        if kind != "blob":
            raise UserError(f"{blob} is a {kind}, not the content of a file", remedy="Take the id from a snapshot.")
    return tuple(content for _, content in found)


def write_blobs(git: Git, contents: Sequence[bytes]) -> tuple[str, ...]:
    """Store contents byte for byte and return their ids, in order."""
    if not contents:
        return ()
    with scratch(git) as directory:
        paths = [directory / str(number) for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        listed = "".join(f"{path}\n" for path in paths).encode()
        ids = git.run("hash-object", "-w", "-t", "blob", "--no-filters", "--stdin-paths", stdin=listed)
    return tuple(ids.decode().split())


def overlay(git: Git, tree: str, changes: Sequence[FileChange], *, entries: Mapping[str, TreeEntry]) -> str:
    """Return the id of `tree`, whose entries these are, with the changes laid over it.

    The order of the changes does not matter, and removing what is not there changes nothing.

    Raises:
        UserError: a path may not be written, is given twice, or would displace what was not named.
    """
    _refuse(changes, entries)
    removed = [change.path for change in changes if change.content is None and change.path in entries]
    written = [change for change in changes if change.content is not None]
    blobs = write_blobs(git, [change.content or b"" for change in written])
    modes = ["100755" if change.executable else "100644" for change in written]
    lines = [f"0 {'0' * len(tree)}\t{path}" for path in removed]
    lines += [f"{mode} {blob}\t{change.path}" for mode, blob, change in zip(modes, blobs, written, strict=True)]
    if not lines:
        return tree
    with scratch(git) as directory:
        indexed = git.extended(GIT_INDEX_FILE=str(directory / "index"))
        indexed.run("read-tree", tree)
        stdin = "".join(f"{line}\0" for line in lines).encode("utf-8", "surrogateescape")
        indexed.run("update-index", "-z", "--index-info", stdin=stdin)
        return indexed.run("write-tree").decode().strip()


def require_ids(*texts: str) -> None:
    """Accept full object ids only: everything else git might take for a name, a range or an option.

    Raises:
        UserError: one of them is not.
    """
    for text in texts:
        if not is_object_id(text):
            raise UserError(f"{text!r} is not an object id", remedy="Take the id from a snapshot or an overlay.")


@contextmanager
def scratch(git: Git) -> Iterator[Path]:
    """Lend a private directory beside the objects, removed when the context ends."""
    parent = git.directory / "scratch"
    parent.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as directory:
        yield Path(directory)


def _refuse(changes: Sequence[FileChange], entries: Mapping[str, TreeEntry]) -> None:
    problems = []
    seen: set[str] = set()
    for change in changes:
        rule = path_problem(change.path, known=entries)
        entry = entries.get(change.path)
        if entry is not None and entry.kind is EntryKind.SUBMODULE:
            rule = "submodule"
        if rule or change.path in seen:
            problems.append(f"{rule or 'given-twice'}:{change.path}")
        seen.add(change.path)
    problems += _displaced(changes, entries)
    if problems:
        shown = ", ".join(sorted(set(problems))[:20])
        raise UserError(
            f"these changes cannot be laid over the tree: {shown.encode('utf-8', 'backslashreplace').decode()}",
            remedy="Name each file once, inside the repository, and remove a file whose name becomes a directory.",
        )


def _displaced(changes: Sequence[FileChange], entries: Mapping[str, TreeEntry]) -> Iterator[str]:
    # Git itself would silently drop `tests/**` to make room for a file `tests` that nobody listed as a removal.
    final = set(entries) - {change.path for change in changes if change.content is None}
    written = {change.path for change in changes if change.content is not None}
    final |= written
    directories = {parent for path in final for parent in parents_of(path)}
    yield from (f"directory-there:{path}" for path in written & directories)
    yield from (f"file-there:{path}" for path in written for parent in parents_of(path) if parent in final)


def _read_objects(git: Git, ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    require_ids(*ids)
    data = memoryview(git.run("cat-file", "--batch", stdin="".join(f"{item}\n" for item in ids).encode()))
    position = 0
    for wanted in ids:
        end = position + bytes(data[position : position + 128]).index(b"\n")
        header = bytes(data[position:end]).decode().split(" ")
        if header[-1] == "missing":
            raise AdapterError(f"the repository has no object {wanted}")
        size = int(header[2])
        yield header[1], bytes(data[end + 1 : end + 1 + size])
        position = end + 1 + size + 1


def _items(listing: bytes) -> Iterator[str]:
    return (item for item in listing.decode("utf-8", "surrogateescape").split("\0") if item)


def _entry(line: str) -> TreeEntry:
    meta, _, path = line.partition("\t")
    mode, _, blob, size = meta.split()
    kind = _KINDS.get(mode, EntryKind.FILE)
    if size == "BAD":
        raise AdapterError(f"the repository has no object {blob}")
    return TreeEntry(path=path, kind=kind, blob=blob, size_bytes=0 if size == "-" else int(size))
