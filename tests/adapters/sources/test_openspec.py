"""OpenSpec changes and specs, against small folders of our own and against the official command line."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from journeyman.adapters.sources.openspec import OpenSpecSource
from journeyman.domain.document import Role
from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Operation
from journeyman.domain.spec import Shows, Spec
from journeyman.settings import load_settings
from journeyman.stages.ingest import objections_to

STANDING = """\
# slug Specification

## Purpose
Titles become parts of an address, so that people can read where they are.

## Requirements

### Requirement: Lower case
The system SHALL write slugs in lower case.

#### Scenario: Capitals
- **WHEN** the title is `A B`
- **THEN** the slug is `a-b`

#### Scenario: Already lower
- **WHEN** the title is `a b`
- **THEN** the slug is `a-b`

### Requirement: No more than fifty
The system SHALL cut a slug to fifty characters.

#### Scenario: Long
- **WHEN** the title has sixty characters
- **THEN** the slug has fifty
"""
DELTA = """\
## ADDED Requirements

### Requirement: Empty titles
**Priority**: high

The system SHALL refuse an empty title,
with an error.

```markdown
### Requirement: an example, no requirement
```

#### Scenario: Empty
- **GIVEN** nothing is stored
- **WHEN** the title is empty
- **THEN** it raises `ValueError`
- **AND** nothing is stored

#### Scenario: a header alone

## MODIFIED Requirements

### Requirement: Lower case ASCII
The system SHALL write slugs in lower case ASCII.

#### Scenario: Capitals
- **WHEN** the title is `Ä B`
- **THEN** the slug is `a-b`

#### Scenario: Already lower
- **WHEN** the title is `a b`
- **THEN** the slug is `a-b`

## REMOVED Requirements

### Requirement: No more than fifty
**Reason**: nobody needs it
**Migration**: none

## RENAMED Requirements
- FROM: `### Requirement: Lower case`
- TO: `### Requirement: Lower case ASCII`
"""
FILES = {
    "openspec/specs/slug/spec.md": STANDING,
    "openspec/changes/refuse-empty/specs/slug/spec.md": DELTA,
    "openspec/changes/refuse-empty/proposal.md": "# Change: Refuse empty titles\n\n## Why\nAn empty title has no address, and the page behind it cannot be found.\n\n"
    "## What Changes\n- **BREAKING** refuse empty titles\n\n## Impact\n- `slug.py`\n",
    "openspec/changes/refuse-empty/design.md": "## Context\nSmall.\n\n## Goals / Non-Goals\n- No transliteration tables\n",
    "openspec/changes/refuse-empty/tasks.md": "## 1. Product\n- [ ] 1.1 refuse\n- [x] 1.2 cut\n",
    "openspec/changes/refuse-empty/.openspec.yaml": "schema: spec-driven\ncreated: 2026-11-01\nunheard_of: yes\n",
    "openspec/changes/refuse-empty/notes/extra.md": "Something else.\n",
}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


async def load(root: Path, rest: str = "refuse-empty", *, monkeypatch: pytest.MonkeyPatch) -> Spec:
    monkeypatch.chdir(root)
    return await OpenSpecSource().load(rest)


async def test_a_change_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = await load(write(tmp_path, FILES), monkeypatch=monkeypatch)
    assert spec.title == "Refuse empty titles"
    assert spec.why.startswith("An empty title has no address")
    added, modified, removed, renamed = spec.requirements
    assert (added.name, added.operation, added.standing) == ("Empty titles", Operation.ADD, None)
    assert added.text == "The system SHALL refuse an empty title,\nwith an error."
    assert (modified.name, modified.operation) == ("Lower case ASCII", Operation.MODIFY)
    assert (removed.operation, removed.reason, removed.migration) == (Operation.REMOVE, "nobody needs it", "none")
    assert (renamed.name, renamed.renamed_from) == ("Lower case ASCII", "Lower case")
    assert renamed.standing == ("Capitals", "Already lower")
    assert [task.done for task in spec.tasks] == [False, True]
    assert spec.tasks[0].group == "1. Product"
    assert {note.about for note in spec.notes} == {"impact", "context", "non-goal"}


async def test_a_scenario_has_its_steps_and_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = await load(write(tmp_path, FILES), monkeypatch=monkeypatch)
    empty = spec.criteria[0]
    assert (empty.name, empty.shows, empty.requirements) == ("Empty", Shows.SCENARIO, (spec.requirements[0].id,))
    assert empty.given == ("nothing is stored",)
    assert empty.then == ("it raises `ValueError`", "nothing is stored")
    lines = DELTA.split("\n")
    assert lines[empty.span.start_line - 1] == "#### Scenario: Empty"
    assert lines[empty.span.end_line - 1] == "- **AND** nothing is stored"
    assert "a header alone" not in [criterion.name for criterion in spec.criteria]


async def test_nothing_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = await load(write(tmp_path, FILES), monkeypatch=monkeypatch)
    held = {document.path: document.text for document in spec.documents}
    for name, text in FILES.items():
        assert held[name.removeprefix("openspec/changes/refuse-empty/")] == text
    assert {item.name: item.value for item in spec.extensions}["openspec.unheard_of"] == "yes"
    assert {document.role for document in spec.documents} >= {Role.DELTA, Role.STANDING, Role.ATTACHMENT}


async def test_an_edited_document_is_another_spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await load(write(tmp_path, FILES), monkeypatch=monkeypatch)
    same = await load(tmp_path, str(tmp_path / "openspec/changes/refuse-empty"), monkeypatch=monkeypatch)
    write(tmp_path, {"openspec/changes/refuse-empty/notes/extra.md": "Something new.\n"})
    other = await load(tmp_path, monkeypatch=monkeypatch)
    assert one.source.digest == same.source.digest != other.source.digest
    assert one.digest != other.digest


async def test_a_link_does_not_carry_this_machine_s_files_into_a_spec(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, FILES)
    (tmp_path / "openspec/changes/refuse-empty/secret.md").symlink_to("/etc/passwd")
    spec = await load(tmp_path, monkeypatch=monkeypatch)
    assert "secret.md" not in {document.path for document in spec.documents}


async def test_a_change_that_is_not_there_says_which_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="Known here: refuse-empty"):
        await load(write(tmp_path, FILES), "refuse", monkeypatch=monkeypatch)


# The official command line as oracle.

ENVIRONMENT = load_settings().environment
CLI = ENVIRONMENT.get("JOURNEYMAN_OPENSPEC_CLI") or shutil.which("openspec") or ""
REPOSITORY = ENVIRONMENT.get("JOURNEYMAN_OPENSPEC_REPOSITORY", "")
needs_cli = pytest.mark.skipif(
    not CLI,
    reason="needs OpenSpec's own command line: npm i -g @fission-ai/openspec@1.13.2, or JOURNEYMAN_OPENSPEC_CLI",
)


def official(root: Path, *arguments: str) -> dict[str, object]:
    quiet = {**ENVIRONMENT, "OPENSPEC_TELEMETRY": "0", "DO_NOT_TRACK": "1"}
    done = subprocess.run([CLI, *arguments, "--json"], cwd=root, env=quiet, capture_output=True, text=True)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


async def compare_specs(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int, int]:
    requirements = scenarios = 0
    paths = sorted((root / "openspec/specs").rglob("spec.md"))
    for path in paths:
        identity = path.parent.relative_to(root / "openspec/specs").as_posix()
        spec = await load(root, identity, monkeypatch=monkeypatch)
        ours = [
            (item.text, [criterion.text for criterion in spec.criteria if criterion.requirements == (item.id,)])
            for item in spec.requirements
        ]
        answer = official(root, "show", identity, "--type", "spec")["requirements"]
        assert isinstance(answer, list)
        theirs = [(item["text"], [held["rawText"].strip() for held in item["scenarios"]]) for item in answer]
        assert ours == theirs, identity
        requirements += len(ours)
        scenarios += sum(len(held) for _, held in ours)
    return len(paths), requirements, scenarios


@needs_cli
@pytest.mark.slow
async def test_a_standing_spec_reads_as_the_official_tool_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await compare_specs(write(tmp_path, FILES), monkeypatch) == (1, 2, 3)


@needs_cli
@pytest.mark.slow
@pytest.mark.skipif(not REPOSITORY, reason="JOURNEYMAN_OPENSPEC_REPOSITORY names no copy of OpenSpec's own repository")
async def test_every_spec_of_openspec_itself_reads_as_the_official_tool_reads_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    specs, requirements, scenarios = await compare_specs(Path(REPOSITORY), monkeypatch)
    assert specs >= 36
    assert requirements > 200
    assert scenarios > 600


def verdicts(report: dict[str, object]) -> dict[str, bool]:
    """Return change → whether the official tool would archive it."""
    items = report["items"]
    assert isinstance(items, list)
    return {
        item["id"]: item["valid"] and not any("Archive would refuse" in issue["message"] for issue in item["issues"])
        for item in items
    }


BROKEN = {
    "no-scenario": "## ADDED Requirements\n\n### Requirement: Dots\nThe system SHALL drop dots.\n",
    "bare-scenario": "## ADDED Requirements\n\n### Requirement: Dots\nThe system SHALL drop dots.\n\n#### Scenario: Dots\n",
    "no-words": "## ADDED Requirements\n\n### Requirement: Dots\n\n#### Scenario: Dots\n- **WHEN** a.b\n- **THEN** ab\n",
    "lost-scenario": "## MODIFIED Requirements\n\n### Requirement: Lower case\nThe system SHALL use lower case.\n\n#### Scenario: Capitals\n- **WHEN** A\n- **THEN** a\n",
    "not-standing": "## MODIFIED Requirements\n\n### Requirement: Upper case\nThe system SHALL use upper case.\n\n#### Scenario: A\n- **WHEN** a\n- **THEN** A\n",
    "removes-nothing": "## REMOVED Requirements\n\n### Requirement: Upper case\n**Reason**: x\n**Migration**: y\n",
    "twice": "## ADDED Requirements\n\n"
    + 2
    * "### Requirement: Dots\nThe system SHALL drop dots.\n\n#### Scenario: Dots\n- **WHEN** a.b\n- **THEN** ab\n\n",
    "stands-already": "## ADDED Requirements\n\n### Requirement: Lower case\nThe system SHALL do it.\n\n#### Scenario: Dots\n- **WHEN** a.b\n- **THEN** ab\n",
    "renamed-under-its-old-name": "## MODIFIED Requirements\n\n### Requirement: Lower case\nThe system SHALL use it.\n\n#### Scenario: Capitals\n- **WHEN** A\n- **THEN** a\n\n#### Scenario: Already lower\n- **WHEN** a\n- **THEN** a\n\n## RENAMED Requirements\n- FROM: `### Requirement: Lower case`\n- TO: `### Requirement: ASCII`\n",
    "no-delta": "# nothing\n",
    "sound": "## ADDED Requirements\n\n### Requirement: Dots\nThe system SHALL drop dots.\n\n#### Scenario: Dots\n- **WHEN** a.b\n- **THEN** ab\n",
}


@needs_cli
@pytest.mark.slow
async def test_readiness_agrees_with_the_official_validator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    why = "## Why\nBecause titles with dots in them lead to addresses that nobody can read aloud.\n\n## What Changes\n- dots\n"
    broken = {f"openspec/changes/{name}/specs/slug/spec.md": text for name, text in BROKEN.items()}
    proposals = {f"openspec/changes/{name}/proposal.md": why for name in BROKEN}
    await agree(write(tmp_path, FILES | broken | proposals), monkeypatch)


@needs_cli
@pytest.mark.slow
@pytest.mark.skipif(not REPOSITORY, reason="JOURNEYMAN_OPENSPEC_REPOSITORY names no copy of OpenSpec's own repository")
async def test_readiness_agrees_on_every_open_change_of_openspec_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    await agree(Path(REPOSITORY), monkeypatch)


async def agree(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = verdicts(official(root, "validate", "--changes"))
    assert theirs
    ours = {}
    for change in theirs:
        spec = await load(root, change, monkeypatch=monkeypatch)
        ours[change] = not {item.rule for item in objections_to(spec)} & {"E02", "E03", "E05", "E06", "E07"}
    assert ours == theirs
