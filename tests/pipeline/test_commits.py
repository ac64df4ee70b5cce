"""Two commits as data: what is laid over, what is not, and histories of every shape, each with a clear result."""

from pathlib import Path

import pytest
from tests.repository.conftest import Person

from journeyman.domain.errors import UserError
from journeyman.domain.finding import Severity
from journeyman.pipeline.commits import Difference, difference
from journeyman.repository import open_repository


@pytest.fixture
def person(tmp_path: Path) -> Person:
    someone = Person(tmp_path / "project")
    someone.write("src/app.py", "def answer():\n    return 42\n")
    someone.write("tool.sh", "#!/bin/sh\n")
    someone.write("old.txt", "old\n")
    someone.commit("first")
    return someone


async def between(person: Person, base: str, head: str) -> Difference:
    repository = open_repository(person.root, stores_dir=person.root.parent / "stores")
    return await difference(await repository.snapshot(base), await repository.snapshot(head), repository=repository)


async def test_contents_modes_and_removals_are_the_candidate(person: Person) -> None:
    base = person.git("rev-parse", "HEAD")
    person.write("src/app.py", "def answer():\n    return 43\n")
    person.write("neu/Größe.txt", "eins\n")
    (person.root / "tool.sh").chmod(0o755)
    (person.root / "old.txt").unlink()
    head = person.commit()
    found = await between(person, base, head)
    assert [(change.path, change.content, change.executable) for change in found.candidate.changes] == [
        ("neu/Größe.txt", b"eins\n", False),
        ("old.txt", None, False),
        ("src/app.py", b"def answer():\n    return 43\n", False),
        ("tool.sh", b"#!/bin/sh\n", True),
    ]
    assert (found.findings, found.notes) == ((), ())


async def test_the_order_of_commits_in_between_does_not_matter_but_a_merge_counts_whole(person: Person) -> None:
    base = person.git("rev-parse", "HEAD")
    person.git("checkout", "-q", "-b", "side")
    person.write("side.py", "SIDE = 1\n")
    person.commit()
    person.git("checkout", "-q", "main")
    person.write("own.py", "OWN = 1\n")
    person.commit()
    person.git("merge", "-q", "--no-edit", "side")
    found = await between(person, base, "main")
    assert found.candidate.paths == ("own.py", "side.py")


async def test_head_equals_base(person: Person) -> None:
    found = await between(person, "main", "main")
    assert (found.candidate.changes, found.findings) == ((), ())


async def test_a_link_is_shown_and_not_followed(person: Person) -> None:
    base = person.git("rev-parse", "HEAD")
    (person.root / "src/app.py").unlink()
    (person.root / "src/app.py").symlink_to("/etc/passwd")
    (person.root / "up").symlink_to("..")
    found = await between(person, base, person.commit())
    assert found.candidate.changes == ()
    assert {(f.rule, f.severity, f.path) for f in found.findings} == {
        ("special-entry", Severity.ESCALATE, "src/app.py"),
        ("special-entry", Severity.ESCALATE, "up"),
    }


async def test_a_submodule_and_git_attributes_go_to_a_person(person: Person) -> None:
    base = person.git("rev-parse", "HEAD")
    person.write(".gitattributes", "* filter=evil\n")
    person.write("src/.gitattributes", "* -text\n")
    person.git("update-index", "--add", "--cacheinfo", f"160000,{base},vendor")
    person.git("add", ".gitattributes", "src/.gitattributes")
    person.git("commit", "-q", "-m", "plant")
    found = await between(person, base, "main")
    assert found.candidate.changes == ()
    assert [(f.rule, f.path) for f in found.findings] == [
        ("protected-path", ".gitattributes"),
        ("protected-path", "src/.gitattributes"),
        ("special-entry", "vendor"),
    ]


@pytest.mark.parametrize(
    "message", ["Fix\n\n[skip ci]", "[CI SKIP] fix", "fix\n\nskip-checks: true\n", "***NO_CI*** fix"]
)
async def test_a_message_that_skips_checks_is_shown(person: Person, message: str) -> None:
    base = person.git("rev-parse", "HEAD")
    person.write("a.txt", "a\n")
    person.commit(message)
    person.write("b.txt", "b\n")
    (finding,) = (await between(person, base, person.commit("harmless: about [skip] and ci"))).findings
    assert (finding.rule, finding.severity) == ("skips-ci", Severity.ESCALATE)


async def test_histories_that_parted_name_where(person: Person) -> None:
    fork = person.git("rev-parse", "HEAD")
    person.git("checkout", "-q", "-b", "side")
    person.commit("aside")
    person.git("checkout", "-q", "main")
    person.commit("ahead")
    with pytest.raises(UserError, match=f"--base {fork}"):
        await between(person, "main", "side")
    with pytest.raises(UserError, match="does not rest on"):
        await between(person, "main", fork)


async def test_unrelated_histories_are_refused(person: Person) -> None:
    person.git("checkout", "-q", "--orphan", "other")
    person.commit("alone")
    with pytest.raises(UserError, match="share no history"):
        await between(person, "main", "other")


@pytest.fixture
def clone(person: Person, tmp_path: Path) -> Person:
    for number in range(3):
        person.write("a.txt", f"{number}\n")
        person.commit()
    person.git("config", "uploadpack.allowAnySHA1InWant", "true")
    person.git("clone", "-q", "--depth=1", person.root.as_uri(), str(tmp_path / "clone"))
    return Person(tmp_path / "clone")


async def test_a_shallow_clone_is_judged_and_says_so(person: Person, clone: Person) -> None:
    base = person.git("rev-list", "--max-parents=0", "HEAD")
    with pytest.raises(UserError, match="no commit named"):
        await between(clone, base, "main")
    clone.git("fetch", "-q", "--depth=1", "origin", base)
    found = await between(clone, base, "main")
    assert found.candidate.paths == ("a.txt",)
    assert "shallow" in found.notes[0]


async def test_odd_names_come_through_as_they_are(person: Person) -> None:
    base = person.git("rev-parse", "HEAD")
    names = [b"a b.txt", b"-rf", b"new\nline", b"\xff\xfe.bin", b'"quoted"', b"*", b"emoji \xf0\x9f\x92\xa1"]
    for name in names:
        Path(person.root, name.decode("utf-8", "surrogateescape")).write_text("x")
    found = await between(person, base, person.commit())
    assert {path.encode("utf-8", "surrogateescape") for path in found.candidate.paths} == set(names)
