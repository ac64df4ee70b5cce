"""Spec Kit, Kiro and Gherkin: each format read whole, in the shape its own tool writes."""

from pathlib import Path

import pytest

from journeyman.adapters.sources.gherkin import GherkinSource
from journeyman.adapters.sources.kiro import KiroSource
from journeyman.adapters.sources.speckit import SpecKitSource
from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Kind, Modality
from journeyman.domain.spec import Shows, Spec
from journeyman.stages.ingest import objections_to

SPECKIT = {
    "spec.md": """\
# Feature Specification: Slugs for titles

**Feature Branch**: `001-slugs`
**Created**: 2026-11-01
**Status**: Draft
**Input**: User description: "titles become addresses"

## User Scenarios & Testing *(mandatory)*

### User Story 1 - Read an address (Priority: P1)

A reader sees the title in the address.

**Why this priority**: everything else rests on it

**Independent Test**: open a page and read its address

**Acceptance Scenarios**:

1. **Given** a title `A B`, **When** it is stored, **Then** its slug is `a-b`
2. **Given** nothing, **When** the title is empty, **Then** FR-002 refuses it with an error

---

### Edge Cases

- What of a title of dots alone?

## Requirements *(mandatory)*

### Functional Requirements

- **FR-001**: System MUST write slugs in lower case
- **FR-002**: System MUST refuse an empty title
- **FR-003**: System MUST keep slugs for [NEEDS CLARIFICATION: how long?]

### Key Entities *(include if feature involves data)*

- **Slug**: part of an address

## Success Criteria *(mandatory)*

- **SC-001**: 95% of readers name the page from its address
""",
    "tasks.md": "## Phase 1: Setup\n\n- [x] T001 Start in src/\n- [ ] T002 [P] [US1] Write it in src/slug.py, depends on T001\n",
    "plan.md": "# Plan\n\nPython.\n",
}
KIRO = {
    "requirements.md": """\
# Requirements Document

## Introduction

Titles become addresses.

## Glossary

- **Slug**: part of an address

## Requirements

### Requirement 1: Lower case

**User Story:** As a reader, I want lower case, so that I can type it.

#### Acceptance Criteria

1. WHEN a title has capitals THEN the system SHALL write them in lower case
2. IF the title is empty, THEN the system SHALL refuse it

### Requirement 2: Length

**User Story:** As an editor, I want short addresses, so that they fit.

#### Acceptance Criteria

1. THE system SHALL cut slugs to fifty characters
""",
    "design.md": "# Design\n\n### Property 1: Idempotence\n\nA slug of a slug is itself.\n\n**Validates: Requirements 1.1, 2.1**\n",
    "tasks.md": "# Plan\n\n- [ ] 1. Write it\n- [x] 1.1 lower case\n  - _Requirements: 1.1, 1.2_\n- [ ]* 2. measure it\n  - _Requirements: 2.1_\n",
}
FEATURE = """\
@slow @web
Feature: Slugs
  Titles become addresses.

  Background:
    Given a store

  Scenario: Capitals
    When the title is "A B"
    Then the slug is "a-b"
    And nothing else changes

  Rule: empty titles
    Scenario Outline: refused
      Given a user
      When the title is "<title>"
      Then it is refused with an error
      Examples:
        | title |
        |       |
        | ...   |
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def errors(spec: Spec) -> list[str]:
    return [item.rule for item in objections_to(spec) if item.rule[0] == "E"]


async def test_spec_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "specs/001-slugs", SPECKIT)
    monkeypatch.chdir(tmp_path)
    spec = await SpecKitSource().load("001-slugs")
    assert spec.title == "Slugs for titles"
    assert "titles become addresses" in spec.why
    assert [item.id for item in spec.requirements] == ["FR-001", "FR-002", "FR-003"]
    assert spec.requirements[0].modality is Modality.MUST
    (story,) = spec.stories
    assert (story.id, story.title, story.priority) == ("US1", "Read an address", "P1")
    assert story.independent_test == "open a page and read its address"
    first, second, measure = spec.criteria
    assert (first.given, first.when, first.then) == (("a title `A B`",), ("it is stored",), ("its slug is `a-b`",))
    assert first.requirements == ("FR-001", "FR-002", "FR-003")
    assert second.requirements == ("FR-002",)
    assert (measure.id, measure.shows) == ("SC-001", Shows.MEASURE)
    assert [(task.id, task.done, task.parallel, task.story, task.depends_on) for task in spec.tasks] == [
        ("T001", True, False, "", ()),
        ("T002", False, True, "US1", ("T001",)),
    ]
    assert {note.about for note in spec.notes} == {"edge-case", "entity"}
    assert {item.name for item in spec.extensions} >= {"speckit.feature_branch", "speckit.status"}
    assert errors(spec) == ["E04"]


async def test_kiro(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / ".kiro/specs/title-slugs", KIRO)
    monkeypatch.chdir(tmp_path)
    spec = await KiroSource().load("title-slugs")
    assert (spec.title, spec.why) == ("Title slugs", "Titles become addresses.")
    assert [(item.id, item.name) for item in spec.requirements] == [("1", "Lower case"), ("2", "Length")]
    assert spec.stories[0].text.startswith("As a reader")
    assert [item.id for item in spec.criteria] == ["1.1", "1.2", "2.1", "P-1"]
    first = spec.criteria[0]
    assert (first.shows, first.requirements) == (Shows.EARS, ("1",))
    assert first.when == ("WHEN a title has capitals",)
    assert first.then == ("THEN the system SHALL write them in lower case",)
    assert spec.criteria[3].requirements == ("1", "2")
    assert [(task.done, task.optional, task.requirements) for task in spec.tasks] == [
        (False, False, ()),
        (True, False, ("1.1", "1.2")),
        (False, True, ("2.1",)),
    ]
    assert errors(spec) == []


async def test_a_kiro_bug_fix(tmp_path: Path) -> None:
    folder = write(tmp_path / "fix", {"bugfix.md": KIRO["requirements.md"]})
    assert (await KiroSource().load(str(folder))).kind is Kind.BUGFIX


async def test_gherkin(tmp_path: Path) -> None:
    path = tmp_path / "slugs.feature"
    path.write_text(FEATURE)
    spec = await GherkinSource().load(str(path))
    assert (spec.title, spec.why, spec.labels) == ("Slugs", "Titles become addresses.", ("slow", "web"))
    capitals, refused = spec.criteria
    assert capitals.given == ("a store",)
    assert capitals.then == ('the slug is "a-b"', "nothing else changes")
    assert FEATURE.split("\n")[capitals.span.start_line - 1].strip() == "Scenario: Capitals"
    assert refused.requirements == ("F.R1",)
    assert refused.given == ("a store", "a user")
    assert "| ... |" in refused.text
    assert errors(spec) == []


async def test_what_is_no_gherkin_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x.feature"
    path.write_text("Feature: a\n  Scenario: b\n    Given c\n    nonsense\n")
    with pytest.raises(UserError, match=r"not Gherkin: \(4:5\)"):
        await GherkinSource().load(str(path))


@pytest.mark.parametrize("source", [SpecKitSource(), KiroSource(), GherkinSource()])
async def test_what_is_not_there_says_so(source: SpecKitSource, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no"):
        await source.load(str(tmp_path / "gone"))


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"# a\0b", b"x" * 500_000], ids=["encoding", "binary", "too large"])
async def test_a_document_that_cannot_be_read(raw: bytes, tmp_path: Path) -> None:
    folder = write(tmp_path / "f", {"spec.md": ""})
    (folder / "spec.md").write_bytes(raw)
    with pytest.raises(UserError, match=r"document spec\.md"):
        await SpecKitSource().load(str(folder))
