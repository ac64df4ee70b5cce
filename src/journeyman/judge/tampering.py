"""Tampering: what a candidate's changes say about themselves, before anything is run."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from journeyman.domain.candidate import FileChange
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import Ground
from journeyman.judge.cheating import scan_product
from journeyman.judge.globs import matches
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.languages.language import Edit, Language
from journeyman.judge.overlap import examples_in, memorised
from journeyman.judge.path_rules import forbidden_by_name, out_of_scope, runner_sections_changed
from journeyman.judge.structure import lands_badly, newcomers, shadows
from journeyman.settings import JudgeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What reading the changes showed, and how they are laid over the ground."""

    findings: tuple[Finding, ...]
    product: tuple[FileChange, ...] = ()
    """Everything but tests: measured alone first, against the base's own tests."""
    newcomers: tuple[str, ...] = ()
    """Top-level modules the product did not have."""
    tests: tuple[FileChange, ...] = ()
    """Tests added, or changed by leave of a waiver: measured on top."""


async def inspect_changes(
    changes: tuple[FileChange, ...], ground: Ground, laid: GroundTree, settings: JudgeSettings
) -> Inspection:
    """Return the findings on changed paths and added lines, and the changes by kind."""
    if not changes:
        empty = Finding(
            rule="empty-candidate",
            severity=Severity.REJECT,
            reason="the candidate changes nothing",
            remedy="Change the product code.",
        )
        return Inspection(findings=(empty,))
    before = await laid.read(change.path for change in changes)
    findings = list(shadows(changes, laid.paths(), laid.suite))
    for change in changes:
        findings += _examine(change, before.get(change.path), ground=ground, laid=laid, settings=settings)
    product = tuple(change for change in changes if not laid.suite.owns(change.path))
    findings += await _scan(product, before, laid)
    return Inspection(
        findings=tuple(findings),
        product=product,
        newcomers=newcomers(product, laid.paths(), laid.suite),
        tests=tuple(change for change in changes if laid.suite.owns(change.path)),
    )


def _examine(
    change: FileChange, before: bytes | None, *, ground: Ground, laid: GroundTree, settings: JudgeSettings
) -> Iterator[Finding]:
    """Yield what is wrong with one path."""
    yield from lands_badly(change, laid.entries)
    yield from out_of_scope(change.path, allowed=ground.allowed_paths, forbidden=ground.forbidden_paths)
    named = list(forbidden_by_name(change.path, settings.protected_paths))
    yield from named
    if before is not None:
        yield from runner_sections_changed(change.path, before, change.content)
    elif change.content is not None:
        yield from runner_sections_changed(change.path, b"", change.content)
    edit = Edit(path=change.path, before=before, after=change.content, base_paths=frozenset(laid.paths()))
    for language in laid.languages:
        yield from language.examine(edit, laid.suite)
    if laid.suite.owns(change.path):
        if laid.holds(change.path) and not named:
            waived = () if change.path in laid.oracle else ground.waivers
            yield from _existing_test(edit, waived, laid.languages)
    elif settings.product_paths and not named and not matches(change.path, settings.product_paths):
        yield Finding(
            rule="out-of-scope",
            severity=Severity.REJECT,
            path=change.path,
            reason=f"`{change.path}` is outside the project's product paths",
            remedy=f"Stay within {', '.join(settings.product_paths)}.",
        )


def _existing_test(edit: Edit, waivers: Collection[str], languages: Collection[Language]) -> Iterator[Finding]:
    rule, what = ("test-deleted", "deletes") if edit.after is None else ("test-changed", "changes")
    language = next((known for known in languages if PurePosixPath(edit.path).suffix in known.suffixes), None)
    if edit.before is not None and edit.after is not None and language is not None:
        prefix = f"{edit.path}::"
        waived = {node_id.removeprefix(prefix).partition("[")[0] for node_id in waivers if node_id.startswith(prefix)}
        if language.only_waived_or_new(edit.before, edit.after, waived):
            return
    yield Finding(
        rule=rule,
        severity=Severity.REJECT,
        path=edit.path,
        reason=f"the candidate {what} `{edit.path}`, which the tests are made of",
        remedy="Leave existing tests as they are; new tests may be added in new files.",
    )


async def _scan(product: tuple[FileChange, ...], before: dict[str, bytes], laid: GroundTree) -> list[Finding]:
    """Return the escalations on added lines of product code."""
    python = [(change.path, change.content) for change in product if change.content and change.path.endswith(".py")]
    if not python:
        return []
    tests = await laid.read(path for path in laid.paths() if path.endswith(".py") and laid.suite.owns(path))
    examples = examples_in(tests.values())
    found: list[Finding] = []
    for path, content in python:
        old = before.get(path, b"")
        found += scan_product(path, old, content)
        found += memorised(path, old, content, examples)
    return found
