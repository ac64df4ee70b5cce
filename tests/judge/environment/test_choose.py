"""Which environment: a person's word first, then the lock files, then what is there; never without a word."""

from pathlib import Path

import pytest
from tests.judge.environment.conftest import Bench, MakeBench, Tools, built, failed
from tests.judge.environment.test_build import NODE, PIP, request

from journeyman.domain.command import Mount
from journeyman.domain.errors import AdapterError, UserError
from journeyman.judge.environment import Choice, Environment

FOUND = Path("/repo/.venv/bin/python")
BUILT = Path("/opt/environment/python/venv/bin/python")
UNLOCKED = {"requirements.txt": "pytest\n"}
NO_PYTEST = {"requirements.txt": "six==1.17.0\n"}
LOST = failed(b"ERROR", request("pypi.org", "the host does not answer, 203.0.113.1: no answer in time"))


async def choose(bench: Bench, build: str = "auto", *, named: bool = False, own: bool = False) -> Environment:
    choice = Choice(
        build=build,
        named=named,
        own=own,
        found=FOUND,
        mounts_of=lambda path: (Mount(source=path, target=str(path)),),
        toolchains=Tools(),
    )
    return await choice.environment(await bench.repository.snapshot(""), bench.builder)


@pytest.mark.parametrize(
    ("files", "build", "named", "interpreter", "note"),
    [
        (PIP, "auto", False, BUILT, ""),
        (PIP, "auto", True, FOUND, ""),
        (PIP, "always", True, FOUND, ""),
        (PIP, "never", False, FOUND, ""),
        (PIP, "always", False, BUILT, ""),
        (UNLOCKED, "auto", False, FOUND, "does not name exact versions"),
        (UNLOCKED, "always", False, BUILT, "depends on the day"),
        (NO_PYTEST, "auto", False, FOUND, "names no pytest"),
        (NO_PYTEST, "always", False, BUILT, ""),
        ({"a.py": ""}, "auto", False, FOUND, ""),
    ],
)
async def test_the_choice(
    bench: MakeBench, files: dict[str, str], build: str, named: bool, interpreter: Path, note: str
) -> None:
    environment = await choose(bench(files), build, named=named)
    assert environment.interpreter == interpreter
    assert bool(environment.digest) is (interpreter == BUILT)
    assert len(environment.mounts) == 1
    assert note in "".join(environment.notes)
    assert bool(environment.notes) is bool(note)


async def test_an_index_that_is_not_reached_is_said_and_what_is_there_is_taken(bench: MakeBench) -> None:
    environment = await choose(bench(PIP, LOST))
    assert (environment.interpreter, environment.digest) == (FOUND, "")
    assert "package index is not reached" in environment.notes[0]
    with pytest.raises(AdapterError):
        await choose(bench(PIP, LOST), "always")


async def test_an_environment_of_python_that_cannot_be_built_is_not_passed_over(bench: MakeBench) -> None:
    with pytest.raises(UserError, match="could not be built"):
        await choose(bench(PIP, failed()))
    with pytest.raises(UserError, match="could not be built"):
        await choose(bench(PIP, failed()), "always", own=True)
    environment = await choose(bench(PIP, failed()), own=True)
    assert (environment.interpreter, environment.digest) == (FOUND, "")
    assert "no such package" in environment.notes[0]


async def test_packages_of_node_that_cannot_be_had_are_said(bench: MakeBench) -> None:
    environment = await choose(bench(NODE, failed()))
    assert environment.interpreter == FOUND
    assert "package-lock.json" in environment.notes[0]


async def test_packages_of_node_leave_the_interpreter_alone(bench: MakeBench) -> None:
    environment = await choose(bench(NODE, built))
    assert environment.interpreter == FOUND
    assert environment.toolchains is not None
    node = environment.toolchains.find("node", root="web")
    assert node is not None
    assert node.mounts


async def test_nothing_to_build_is_an_error_only_where_it_was_asked_for(bench: MakeBench) -> None:
    with pytest.raises(UserError, match="no lock file"):
        await choose(bench({"a.py": ""}), "always")
    with pytest.raises(UserError, match="not known"):
        await choose(bench({"a.py": ""}), "sometimes")
