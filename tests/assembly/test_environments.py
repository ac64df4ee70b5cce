"""An environment is made once, when somebody needs it, and told of once."""

import asyncio
from pathlib import Path

import pytest

from journeyman.assembly import LazyEnvironment
from journeyman.assembly.environments import environment_of
from journeyman.domain.errors import UserError
from journeyman.judge.environment import Environment
from journeyman.settings import load_settings
from journeyman.testing.repository import InMemoryRepository
from journeyman.testing.sandboxes import FakeSandbox


async def test_it_is_made_once_however_many_ask() -> None:
    made, told = [], []

    async def make() -> Environment:
        made.append(1)
        await asyncio.sleep(0)
        return Environment(interpreter=Path("/x"))

    async def tell(environment: Environment) -> None:
        told.append(environment)

    lazy = LazyEnvironment(make, told=tell)
    found = await asyncio.gather(*(lazy.get() for _ in range(5)))
    assert len(made) == len(told) == 1
    assert set(found) == set(told)


async def chosen(path: Path, toml: str = "") -> Environment:
    repository = InMemoryRepository.of({"a.py": ""})
    settings = load_settings(toml, environment={"HOME": str(path)})

    def refuse(_: object) -> None:
        raise AssertionError("nothing is built here")

    sandbox = FakeSandbox(refuse)  # type: ignore[arg-type]
    return await environment_of(settings, repository, await repository.snapshot(""), path=path, sandbox=sandbox)


async def test_without_lock_files_it_is_what_is_there(tmp_path: Path) -> None:
    import sys

    assert (await chosen(tmp_path)).interpreter == Path(sys.executable)
    own = tmp_path / ".venv/bin/python"
    own.parent.mkdir(parents=True)
    own.symlink_to(sys.executable)
    assert (await chosen(tmp_path)).interpreter == own
    named = await chosen(tmp_path, f'[judge]\npython = "{sys.executable}"')
    assert named.interpreter == Path(sys.executable)


@pytest.mark.parametrize("section", ["judge", "environment"])
async def test_a_named_interpreter_that_is_not_there_is_an_error(tmp_path: Path, section: str) -> None:
    with pytest.raises(UserError, match=rf"\[{section}\] python = 'gone' is not there"):
        await chosen(tmp_path, f'[{section}]\npython = "gone"')
