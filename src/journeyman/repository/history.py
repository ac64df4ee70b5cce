"""Diffs between trees and commits made of trees: functions of object ids alone, the same on every machine."""

import re
from pathlib import Path

from journeyman.domain.errors import UserError
from journeyman.domain.history import PastChange
from journeyman.domain.snapshot import Lineage
from journeyman.repository.git import Git
from journeyman.repository.trees import read_object, require_ids

AUTHOR = "Journeyman"
AUTHOR_EMAIL = "journeyman@users.noreply.invalid"

_MOST_MESSAGES = 1000
_COMMITTED = re.compile(rb"^committer .*> (\d+) [+-]\d{4}$", re.MULTILINE)


def diff(git: Git, old: str, new: str) -> str:
    """Return the unified diff between two trees, complete whatever `.gitattributes` says.

    Content with a NUL byte shows as "Binary files differ"; bytes that are not UTF-8 show as U+FFFD.
    """
    require_ids(old, new)
    patch = git.run(
        "diff-tree",
        "-r",
        "--patch",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--ignore-submodules=none",
        "--submodule=short",
        "--diff-algorithm=myers",
        "--unified=3",
        "--abbrev=12",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        old,
        new,
    )
    return patch.decode("utf-8", "replace")


def commit(git: Git, tree: str, *, parent: str | None, message: str) -> str:
    """Return the id of a commit of `tree`; author, date and encoding follow from the inputs.

    The date is the parent's, so that the same inputs give the same id; without a parent it is 1970.

    Raises:
        UserError: the parent is not a commit, or the message is empty or holds a NUL.
    """
    require_ids(tree, *([parent] if parent else []))
    if not message.strip() or "\0" in message:
        raise UserError("a commit message must hold text and no NUL", remedy="Say what the commit does.")
    date = f"@{commit_time(git, parent) if parent else 0} +0000"
    person = {f"GIT_{role}_{field}": value for role in ("AUTHOR", "COMMITTER") for field, value in _identity(date)}
    on_parent = ["-p", parent] if parent else []
    stdin = message.encode("utf-8", "replace")
    return git.extended(**person).run("commit-tree", tree, *on_parent, "-F", "-", stdin=stdin).decode().strip()


def lineage(git: Git, older: str, newer: str, shallow: Path) -> Lineage:
    """Return what lies between two commits.

    Args:
        git: of the store.
        older: commit id.
        newer: commit id.
        shallow: the file in which git keeps where a shallow clone's history is cut; may be absent.
    """
    require_ids(older, newer)
    cut = shallow.is_file()
    # The store has no such file of its own, and would look for parents that are not there.
    reader = git.extended(GIT_SHALLOW_FILE=str(shallow)) if cut else git
    found = reader.attempt("merge-base", "--end-of-options", older, newer)
    between = reader.attempt("log", "-z", f"--max-count={_MOST_MESSAGES}", "--format=%H%n%B", newer, f"^{older}", "--")
    items = between.stdout.decode("utf-8", "replace").split("\0") if between.returncode == 0 else []
    complete = not cut and found.returncode in {0, 1} and between.returncode == 0
    return Lineage(
        merge_base=found.stdout.decode().split("\n", 1)[0],
        complete=complete,
        messages=tuple((item[: len(newer)], item[len(newer) + 1 :]) for item in items if item),
    )


def message(git: Git, commit_id: str) -> str:
    """Return the message of a commit as it is stored; bytes that are not UTF-8 are replaced."""
    _, content = read_object(git, commit_id)
    return content.partition(b"\n\n")[2].decode("utf-8", "replace")


def commit_time(git: Git, commit_id: str) -> int:
    """Return when a commit was made, in seconds since 1970.

    Raises:
        UserError: the id is not that of a commit.
    """
    kind, content = read_object(git, commit_id)
    found = _COMMITTED.search(content.split(b"\n\n", 1)[0])
    if kind != "commit" or found is None:
        raise UserError(f"{commit_id} is not a commit", remedy="Take the id from a snapshot.")
    return int(found[1])


def tree_of(git: Git, commit_id: str) -> str:
    """Return the tree of a commit."""
    require_ids(commit_id)
    return git.run("rev-parse", "--verify", "--end-of-options", f"{commit_id}^{{tree}}").decode().strip()


def parents_of_commit(git: Git, commit_id: str) -> tuple[str, ...]:
    """Return the parents that the commit object itself names, in order."""
    _, content = read_object(git, commit_id)
    lines = content.split(b"\n\n", 1)[0].decode("utf-8", "replace").splitlines()
    return tuple(line.removeprefix("parent ") for line in lines if line.startswith("parent "))


def past_changes(git: Git, commit_id: str, *, limit: int) -> tuple[PastChange, ...]:
    """Return at most `limit` commits that are not merges, newest first; a shallow history ends early.

    Raises:
        UserError: the id is not that of a commit.
    """
    require_ids(commit_id)
    shown = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--no-notes")
    log = git.run("log", "--no-merges", f"--max-count={limit}", "--format=%x00%H%n%B%x00", *shown, commit_id, "--")
    # Neither a message nor a path can hold a NUL or be nothing: an empty part changes from one to the other.
    heads: list[tuple[str, list[str]]] = []
    in_head = False
    for part in log.split(b"\0"):
        if not part:
            in_head = not in_head
        elif in_head:
            heads.append((part.decode("utf-8", "replace"), []))
        elif heads:
            heads[-1][1].append(part.decode("utf-8", "surrogateescape"))
    return tuple(_past_change(head, paths) for head, paths in heads)


def _past_change(head: str, paths: list[str]) -> PastChange:
    commit, _, said = head.partition("\n")
    # Git puts a line break before the first path.
    return PastChange(commit=commit, message=said, paths=tuple(sorted({path.removeprefix("\n") for path in paths})))


def _identity(date: str) -> tuple[tuple[str, str], ...]:
    return ("NAME", AUTHOR), ("EMAIL", AUTHOR_EMAIL), ("DATE", date)
