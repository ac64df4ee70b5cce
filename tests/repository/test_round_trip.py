"""The algebra of trees: what is laid over, checked out and read back is what was meant."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.repository.conftest import Person

from journeyman.domain.candidate import FileChange
from journeyman.repository import GitRepository, open_repository

BASE = {"a": b"1", "b/c": b"2", "b/d": b"3", "e/f/g": b"4"}
PATHS = [*BASE, "b/h", "e/f/é", "i", "j/k/l", "a b", "j/m"]

Drawn = dict[str, tuple[bytes | None, bool]]
drawn_changes = st.dictionaries(st.sampled_from(PATHS), st.tuples(st.none() | st.binary(max_size=40), st.booleans()))
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[GitRepository, str]:
    root = tmp_path_factory.mktemp("round-trip")
    someone = Person(root / "project")
    for path, content in BASE.items():
        someone.write(path, content)
    someone.commit()
    repository = open_repository(someone.root, stores_dir=root / "stores")
    return repository, asyncio.run(repository.snapshot("")).tree


def changes_from(drawn: Drawn) -> tuple[FileChange, ...]:
    return tuple(
        FileChange(path=path, content=content, executable=content is not None and executable)
        for path, (content, executable) in sorted(drawn.items())
    )


@few
@given(drawn=drawn_changes)
def test_what_is_laid_over_is_read_back(shared: tuple[GitRepository, str], drawn: Drawn) -> None:
    repository, base = shared
    changes = changes_from(drawn)

    async def round_trip(into: Path) -> tuple[FileChange, ...]:
        await repository.checkout(await repository.overlay(base, changes), into)
        return await repository.collect(base, into)

    with tempfile.TemporaryDirectory() as directory:
        found = asyncio.run(round_trip(Path(directory) / "out"))
    no_change = {FileChange(path=path, content=content) for path, content in BASE.items()}
    no_change |= {FileChange(path=path, content=None) for path in set(PATHS) - set(BASE)}
    assert found == tuple(change for change in changes if change not in no_change)


@few
@given(drawn=drawn_changes, data=st.data())
def test_the_order_does_not_matter(shared: tuple[GitRepository, str], drawn: Drawn, data: st.DataObject) -> None:
    repository, base = shared
    changes = changes_from(drawn)
    shuffled = tuple(data.draw(st.permutations(changes)))

    async def trees() -> set[str]:
        one_by_one = base
        for change in shuffled:
            one_by_one = await repository.overlay(one_by_one, (change,))
        return {one_by_one, await repository.overlay(base, changes), await repository.overlay(base, shuffled)}

    assert len(asyncio.run(trees())) == 1


@few
@given(drawn=drawn_changes)
def test_the_way_there_and_back_is_the_base_again(shared: tuple[GitRepository, str], drawn: Drawn) -> None:
    repository, base = shared
    undo = tuple(FileChange(path=path, content=BASE.get(path)) for path in drawn)

    async def there_and_back() -> str:
        return await repository.overlay(await repository.overlay(base, changes_from(drawn)), undo)

    assert asyncio.run(there_and_back()) == base
