"""Two commits as the judge sees them: what the newer one changes, as data, and what cannot be laid over the older."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.errors import UserError
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.snapshot import EntryKind, Lineage, Snapshot, TreeEntry
from journeyman.ports.repository import Repository

_REGULAR = frozenset({EntryKind.FILE, EntryKind.EXECUTABLE})
_META = frozenset({".gitattributes", ".gitmodules", ".lfsconfig"})
_SKIPS_CI = re.compile(
    r"(?im)\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]"
    r"|\[(?:skip (?:azp|azurepipelines)|(?:azp|azurepipelines) skip)\]"
    r"|\*\*\*NO_CI\*\*\*|^skip-checks:\s*true"
)
_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one commit changes of another."""

    candidate: Candidate
    findings: tuple[Finding, ...]
    """About entries that are no regular files, and about commit messages."""
    notes: tuple[str, ...] = ()


async def difference(base: Snapshot, head: Snapshot, *, repository: Repository) -> Difference:
    """Return what `head` changes of `base`, read from the object store; nothing is checked out.

    Raises:
        UserError: both histories are here and `head` does not rest on `base`.
    """
    lineage = await repository.lineage(base.commit, head.commit)
    _require_descent(base, head, lineage)
    before = {entry.path: entry for entry in base.entries}
    after = {entry.path: entry for entry in head.entries}
    touched = sorted(path for path in {*before, *after} if _differs(before.get(path), after.get(path)))
    special = tuple(path for path in touched if _is_special(path, before.get(path), after.get(path)))
    plain = [path for path in touched if path not in set(special)]
    changes = await _changes(plain, after, repository)
    findings = [_special(path, before.get(path), after.get(path)) for path in special]
    findings += _messages(lineage)
    note = "the clone is shallow: whether head rests on base was not checked"
    return Difference(
        candidate=Candidate(id=head.commit[:_SHORT], changes=changes),
        findings=tuple(findings),
        notes=() if lineage.complete or lineage.merge_base == base.commit else (note,),
    )


def _require_descent(base: Snapshot, head: Snapshot, lineage: Lineage) -> None:
    if lineage.merge_base == base.commit or not lineage.complete:
        return
    if not lineage.merge_base:
        raise UserError(
            f"{head.ref} and {base.ref} share no history",
            remedy="Judge a commit that was made on top of the base.",
        )
    raise UserError(
        f"{head.ref} does not rest on {base.ref}: the base has commits that the head lacks",
        remedy=f"Bring the head up to date first, or judge from where they parted: --base {lineage.merge_base}",
    )


def _differs(old: TreeEntry | None, new: TreeEntry | None) -> bool:
    return old is None or new is None or (old.kind, old.blob) != (new.kind, new.blob)


def _is_special(path: str, old: TreeEntry | None, new: TreeEntry | None) -> bool:
    kinds = {entry.kind for entry in (old, new) if entry is not None}
    return not kinds <= _REGULAR or path.rpartition("/")[2] in _META


async def _changes(paths: list[str], after: Mapping[str, TreeEntry], repository: Repository) -> tuple[FileChange, ...]:
    written = [path for path in paths if path in after]
    contents = await repository.read_many(tuple(after[path].blob for path in written))
    content_of = dict(zip(written, contents, strict=True))
    return tuple(
        FileChange(
            path=path,
            content=content_of.get(path),
            executable=path in after and after[path].kind is EntryKind.EXECUTABLE,
        )
        for path in paths
    )


def _special(path: str, old: TreeEntry | None, new: TreeEntry | None) -> Finding:
    """Return why a path is not laid over: the world a candidate is measured in has regular files alone."""
    if path.rpartition("/")[2] in _META:
        reason = f"`{path}` tells git how to treat files"
        return _escalated("protected-path", path, reason, "Leave it out, or let a person make that change.")
    was, now = (entry.kind.value if entry else "nothing" for entry in (old, new))
    reason = f"`{path}` was {_named(was)} and is {_named(now)} now, so it was not measured"
    return _escalated("special-entry", path, reason, "Change regular files only, or let a person decide.")


def _named(kind: str) -> str:
    article = "" if kind == "nothing" else "an " if kind == "executable" else "a "
    return f"{article}{kind}"


def _messages(lineage: Lineage) -> Iterator[Finding]:
    for commit, message in lineage.messages:
        if found := _SKIPS_CI.search(message):
            reason = f"the message of commit {commit[:_SHORT]} asks continuous integration to stand aside: {found[0]}"
            yield _escalated("skips-ci", "", reason, "Take it out of the message, so that every check runs.")


def _escalated(rule: str, path: str, reason: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=Severity.ESCALATE, path=path, reason=reason, remedy=remedy)
