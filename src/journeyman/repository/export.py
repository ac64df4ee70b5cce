"""The way back: reads what an untrusted command left in a workspace, and refuses what must not be read.

Every refusal is a `rule:path`:

    git-dir     a name that git or some file system takes for `.git`     symlink     one the tree lacks
    git-meta    .gitattributes, .gitmodules, .lfsconfig changed          hardlink    a file with two names
    gitfile     a root `.git` that is no directory                       non-regular a pipe, socket or device
    bare-repo   HEAD beside objects and refs                             unreadable  permission denied
    bad-name    a new name that could be misread                         case        differs in case alone
    submodule   content in the place of one                              too-large, too-deep, too-many, too-long
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import UnsafeTreeError, UserError
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.repository.checkout import kept_symlinks
from journeyman.repository.content import Reader
from journeyman.repository.git import Git
from journeyman.repository.ignored import ignore_rules
from journeyman.repository.names import folded, parents_of, special_name
from journeyman.repository.walk import DIRECTORY, Limits, Rules, Walk


def collect(git: Git, entries: Sequence[TreeEntry], workspace: Path, *, limits: Limits) -> tuple[FileChange, ...]:
    """Return how the workspace differs from the tree of these entries, sorted by path.

    Every process that could write there must have ended.

    Raises:
        UnsafeTreeError: it holds something that must not be read.
        UserError: it is not a directory.
    """
    tree = {entry.path: entry for entry in entries}
    links = kept_symlinks(git, entries)
    with ignore_rules(git, entries) as rules:
        reader = read_back(workspace, tree=tree, links=links, rules=rules, limits=limits)
    reasons = reader.reasons
    removed = _removed(tree, reader.present | {path for path in tree if path not in links and _is_link(tree[path])})
    reasons |= {f"git-meta:{path}" for path in removed if special_name(path.rpartition("/")[2])}
    written = [change.path for change in reader.changes]
    reasons |= {f"case:{path}" for path in confusable(tree, removed=removed, written=written)}
    if reasons:
        raise UnsafeTreeError(tuple(sorted(reasons)))
    removals = [FileChange(path=path, content=None) for path in removed]
    return tuple(sorted([*reader.changes, *removals], key=lambda change: change.path))


def read_back(
    workspace: Path, *, tree: Mapping[str, TreeEntry], links: Mapping[str, str], rules: Rules, limits: Limits
) -> Reader:
    """Read what differs from a tree, passing over what must not be read; the reader's `reasons` name that.

    Raises:
        UserError: the workspace is not a directory.
    """
    try:
        root = os.open(workspace, DIRECTORY)
    except OSError as error:
        raise UserError(f"{workspace} cannot be opened: {error.strerror}", remedy="Give a real directory.") from error
    reader = Reader(root=root, tree=tree, links=links, limits=limits, reasons=set())
    try:
        for found in Walk(root=root, tree=tree, rules=rules, limits=limits, reasons=reader.reasons).levels():
            reader.read(found)
            if len(reader.reasons) > limits.problems:
                reader.reasons.add("too-many:.")
                break
    finally:
        os.close(root)
    return reader


def _removed(tree: Mapping[str, TreeEntry], present: set[str]) -> set[str]:
    return {path for path, entry in tree.items() if path not in present and entry.kind is not EntryKind.SUBMODULE}


def _is_link(entry: TreeEntry) -> bool:
    return entry.kind is EntryKind.SYMLINK


def confusable(tree: Mapping[str, TreeEntry], *, removed: set[str], written: Sequence[str]) -> Iterator[str]:
    """Yield new names that a file system without case would take for another one in the result."""
    new = [path for path in written if path not in tree]
    if not new:
        return
    spellings: dict[str, set[str]] = {}
    for path in (*(path for path in tree if path not in removed), *new):
        for part in (path, *parents_of(path)):
            spellings.setdefault(folded(part), set()).add(part)
    for path in new:
        if any(len(spellings[folded(part)]) > 1 for part in (path, *parents_of(path))):
            yield path
