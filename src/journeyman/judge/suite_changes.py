"""Changes of what the suite is made of: each is equal by definition, covered by a waiver, or refused in words."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from journeyman.domain.candidate import FileChange
from journeyman.domain.finding import Finding, Severity
from journeyman.judge.languages.language import Language
from journeyman.judge.protection import READERS, TestEdit, edit_findings, read_data_edits, waived_names


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteChanges:
    """Judges changed paths that hold tests, or what tests are made of, at the base."""

    waivers: Collection[str] = ()
    """Node ids, or whole files, that a person allowed to change beforehand."""
    created: Mapping[bytes, str] = field(default_factory=dict)
    """Content → path of each file that the candidate adds, to see what was moved."""
    languages: tuple[Language, ...] = ()
    """Those of the base's suite."""
    messages: Mapping[str, str] = field(default_factory=dict)
    """Node id → how the test failed at the base."""

    def findings(self, change: FileChange, before: bytes, *, rule: str = "test-changed") -> Iterator[Finding]:
        """Yield what was done to one path: REJECT, or NOTE where a waiver covers it."""
        waived = () if rule != "test-changed" else waived_names(change.path, self.waivers)
        everything = self._edits(change, before, ())
        refused = everything
        if change.path in self.waivers:
            refused = ()
        elif waived:
            refused = self._edits(change, before, waived)
        for finding in edit_findings(change.path, refused, rule=rule, messages=self.messages):
            yield _as_deletion(finding) if change.content is None else finding
        for finding in edit_findings(change.path, (e for e in everything if e not in refused), messages=self.messages):
            yield replace(
                finding, rule="test-waived", severity=Severity.NOTE, remedy="A person's waiver names it beforehand."
            )

    def _edits(self, change: FileChange, before: bytes, waived: Collection[str]) -> tuple[TestEdit, ...]:
        if change.content is None:
            if moved := self.created.get(before):
                return (TestEdit("file-moved", "", 0, f"moves the tests to `{moved}`"),)
            return (TestEdit("file-deleted", "", 0, "deletes the tests and all they are made of"),)
        suffix = PurePosixPath(change.path).suffix
        if reader := READERS.get(suffix):
            return reader(before, change.content, waived)
        language = next((known for known in self.languages if suffix in known.suffixes), None)
        if language is None:
            return read_data_edits(before, change.content)
        if language.only_waived_or_new(before, change.content, waived):
            return ()
        return (TestEdit("tests-changed", "", 0, "changes tests that were there"),)


def _as_deletion(finding: Finding) -> Finding:
    return replace(finding, rule="test-deleted") if finding.rule == "test-changed" else finding


def joins_tests(path: str, content: bytes, paths: Collection[str]) -> Iterator[Finding]:
    """Yield a finding when a new file runs before tests that were there: code of their package."""
    folder, _, name = path.rpartition("/")
    if name != "__init__.py" or not content.strip():
        return
    if any(other.startswith(f"{folder}/") and other.endswith(".py") for other in paths):
        yield Finding(
            rule="test-changed",
            severity=Severity.REJECT,
            path=path,
            reason=f"the candidate adds code that runs before every test below `{folder}` (package-code-added)",
            remedy="Leave the file empty, or put the code into a new test file.",
        )
