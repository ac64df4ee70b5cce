"""Tampering: what a candidate's changes say about themselves, before anything is run."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from journeyman.domain.candidate import FileChange
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import Baseline, Ground
from journeyman.judge.beyond_folders import beyond_folders
from journeyman.judge.globs import matches
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.languages.language import Edit
from journeyman.judge.loosened import loosened, only_describes
from journeyman.judge.path_rules import (
    forbidden_by_name,
    is_configuration_code,
    out_of_scope,
    runner_sections_changed,
)
from journeyman.judge.pipeline_rules import pipeline_weakened
from journeyman.judge.scan import scan_changes
from journeyman.judge.structure import collisions, lands_badly, newcomers, shadows
from journeyman.judge.suite_changes import SuiteChanges, joins_tests
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


_EMPTY = Finding(
    rule="empty-candidate",
    severity=Severity.REJECT,
    reason="the candidate changes nothing",
    remedy="Change the product code.",
)


async def inspect_changes(
    changes: tuple[FileChange, ...],
    ground: Ground,
    laid: GroundTree,
    settings: JudgeSettings,
    *,
    baseline: Baseline | None = None,
) -> Inspection:
    """Return the findings on changed paths and added lines, and the changes by kind.

    Args:
        changes: the candidate's, those without effect left out.
        ground: says what a person allowed.
        laid: the base's files.
        settings: `[judge]`.
        baseline: how the base's tests ended; without it an answer copied from a failure is not called so.
    """
    if not changes:
        return Inspection(findings=(_EMPTY,))
    before = await laid.read(change.path for change in changes)
    findings = [*shadows(changes, laid.paths(), laid.suite), *collisions(changes, laid.entries)]
    suite_changes = SuiteChanges(
        waivers=tuple(waiver for waiver in ground.waivers if waiver.partition("::")[0] not in laid.oracle),
        created={c.content: c.path for c in changes if c.content and c.path not in before},
        languages=laid.languages,
        messages={result.node_id: result.message for result in baseline.results} if baseline else {},
    )
    for change in changes:
        was = before.get(change.path)
        findings += _examine(change, was, ground=ground, laid=laid, settings=settings)
        findings += _examine_suite(change, was, laid=laid, suite_changes=suite_changes)
    product = tuple(change for change in changes if not laid.suite.owns(change.path))
    findings += await scan_changes(changes, before, laid)
    findings += await beyond_folders(changes, before, laid)
    return Inspection(
        findings=tuple(findings),
        product=product,
        newcomers=newcomers(product, laid.paths(), laid.suite),
        tests=tuple(change for change in changes if laid.suite.owns(change.path)),
    )


def _examine(
    change: FileChange, before: bytes | None, *, ground: Ground, laid: GroundTree, settings: JudgeSettings
) -> Iterator[Finding]:
    """Yield what is wrong with one path, whatever it holds."""
    yield from lands_badly(change, laid.entries)
    yield from out_of_scope(change.path, allowed=ground.allowed_paths, forbidden=ground.forbidden_paths)
    named = list(forbidden_by_name(change.path, settings.protected_paths))
    if before is not None and only_describes(change.path, before, change.content):
        named = [replace(finding, severity=Severity.NOTE) for finding in named]
    yield from loosened(change.path, before or b"", change.content)
    yield from pipeline_weakened(change.path, before or b"", change.content)
    if not (before is not None and is_configuration_code(change.path)):
        yield from named
    if before is not None or change.content is not None:
        roots = {part.root for part in laid.suite.parts or (laid.suite,)}
        yield from runner_sections_changed(change.path, before or b"", change.content, roots)
    edit = Edit(path=change.path, before=before, after=change.content, base_paths=frozenset(laid.paths()))
    for language in laid.languages:
        yield from language.examine(edit, laid.suite)
    product_paths = settings.product_paths
    if product_paths and not named and not laid.suite.owns(change.path) and not matches(change.path, product_paths):
        yield Finding(
            rule="out-of-scope",
            severity=Severity.REJECT,
            path=change.path,
            reason=f"`{change.path}` is outside the project's product paths",
            remedy=f"Stay within {', '.join(product_paths)}.",
        )


def _examine_suite(
    change: FileChange, before: bytes | None, *, laid: GroundTree, suite_changes: SuiteChanges
) -> Iterator[Finding]:
    """Yield what was done to tests and to what they are made of; formatting and comments are nothing."""
    if is_configuration_code(change.path):
        if before is not None:
            yield from suite_changes.findings(change, before, rule="test-configuration")
    elif laid.suite.owns(change.path) and not any(forbidden_by_name(change.path)):
        if before is not None:
            yield from suite_changes.findings(change, before)
        elif laid.holds(change.path):
            yield from suite_changes.findings(change, b"")  # a link or submodule
        elif change.content is not None:
            yield from joins_tests(change.path, change.content, laid.paths())
