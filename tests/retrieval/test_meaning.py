"""The index and a vector store: filled once, kept up with commits, healed when it lost something."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from journeyman.adapters.vectors.mapped import MappedVectors
from journeyman.adapters.vectors.memory import MemoryVectors
from journeyman.domain.context import Query
from journeyman.domain.errors import AdapterError
from journeyman.ports.vectors import FileVectors, Nearest, Scope
from journeyman.repository import GitRepository
from journeyman.retrieval import CodebaseIndex
from journeyman.retrieval.meaning import Meaning
from journeyman.retrieval.static import FOLDER, load_embedder

Commit = Callable[[Mapping[str, str | bytes]], GitRepository]
FILES = {
    f"app/{name}.py": f'def {name}(value):\n    """{doc}"""\n    return value\n'
    for name, doc in {
        "compress": "Shrink a file so that it takes less space.",
        "authenticate": "Check who a user is by password.",
        "paginate": "Split a long list into pages.",
        "throttle": "Limit how many requests come in a minute.",
    }.items()
}


class Watched(MemoryVectors):
    """A store that counts what it is given and asked."""

    def __init__(self, *, reach: int = 1000) -> None:
        super().__init__()
        self.reach = reach
        self.given: list[str] = []
        self.deleted: list[str] = []
        self.gone = False

    async def upsert(self, repository: str, files: Sequence[FileVectors]) -> None:
        self.given += [each.file for each in files]
        await super().upsert(repository, files)

    async def delete(self, repository: str, files: Sequence[str]) -> None:
        self.deleted += files
        await super().delete(repository, files)

    async def search(self, scope: Scope, vector: object, *, limit: int) -> Nearest:
        if self.gone:
            raise AdapterError("the vector store is gone", retryable=True)
        return await super().search(scope, vector, limit=limit)  # type: ignore[arg-type]

    def forget_everything(self) -> None:
        self._kept.clear()


def index_of(repository: GitRepository, folder: Path, store: MemoryVectors | MappedVectors) -> CodebaseIndex:
    return CodebaseIndex(repository, folder=folder, meaning=Meaning(embedder=load_embedder(FOLDER), store=store))


async def test_what_is_described_in_other_words_is_found(commit: Commit, tmp_path: Path) -> None:
    repository = commit(FILES)
    index = index_of(repository, tmp_path, MappedVectors(tmp_path / "vectors"))
    hits = await index.explain(await repository.snapshot(""), Query(text="login credentials"))
    assert hits[0].snippet.path == "app/authenticate.py"
    assert hits[0].why["meaning"] > 0


async def test_every_store_ranks_alike(commit: Commit, tmp_path: Path) -> None:
    repository = commit(FILES)
    snapshot, query = await repository.snapshot(""), Query(text="split requests of a user")
    mapped = await index_of(repository, tmp_path / "a", MappedVectors(tmp_path / "v")).search(snapshot, query)
    memory = await index_of(repository, tmp_path / "b", MemoryVectors()).search(snapshot, query)
    assert [hit.path for hit in mapped] == [hit.path for hit in memory]
    assert [hit.score for hit in mapped] == pytest.approx([hit.score for hit in memory], abs=1e-5)


async def test_a_store_is_given_only_what_is_new(commit: Commit, tmp_path: Path) -> None:
    repository, store = commit(FILES), Watched()
    first = await repository.snapshot("")
    await index_of(repository, tmp_path / "index", store).build(first)
    assert len(store.given) == len(FILES)
    commit({"app/throttle.py": "def throttle():\n    return 'slower'\n", "app/new.py": "def new():\n    return 1\n"})
    second = await repository.snapshot("")
    index = index_of(repository, tmp_path / "index", store)
    await index.build(second)
    assert len(store.given) == len(FILES) + 2
    await index.build(first)
    assert len(store.given) == len(FILES) + 2
    assert store.deleted == []


async def test_a_store_that_lost_vectors_is_given_them_again(commit: Commit, tmp_path: Path) -> None:
    repository, store = commit(FILES), Watched()
    snapshot = await repository.snapshot("")
    index = index_of(repository, tmp_path / "index", store)
    before = await index.search(snapshot, Query(text="limit requests"))
    store.forget_everything()
    assert await index.search(snapshot, Query(text="limit requests")) == before
    store.forget_everything()
    again = index_of(repository, tmp_path / "index", store)
    assert await again.search(snapshot, Query(text="limit requests")) == before
    store.forget_everything()
    (tmp_path / "index/files.db").unlink()
    assert (
        await index_of(repository, tmp_path / "index", store).search(snapshot, Query(text="limit requests")) == before
    )


async def test_a_store_that_is_gone_is_an_error_and_no_empty_answer(commit: Commit, tmp_path: Path) -> None:
    repository, store = commit(FILES), Watched()
    index = index_of(repository, tmp_path, store)
    snapshot = await repository.snapshot("")
    await index.build(snapshot)
    store.gone = True
    with pytest.raises(AdapterError, match="gone"):
        await index.search(snapshot, Query(text="limit requests"))


async def test_a_store_that_tells_the_nearest_alone_is_enough(commit: Commit, tmp_path: Path) -> None:
    repository = commit(FILES)
    index = index_of(repository, tmp_path, Watched(reach=2))
    hits = await index.explain(await repository.snapshot(""), Query(text="login credentials of a user"))
    assert hits[0].snippet.path == "app/authenticate.py"
    assert sum("meaning" in hit.why for hit in hits) <= 2


async def test_vectors_that_no_tree_has_any_more_are_deleted(commit: Commit, tmp_path: Path) -> None:
    repository, store = commit(FILES), Watched()
    index = index_of(repository, tmp_path / "index", store)
    for number in range(26):
        commit({"app/changing.py": f"def changing():\n    return {number}\n"})
        await index.build(await repository.snapshot(""))
    assert len(store.deleted) == 13
    assert await store.count(index.near.__self__._name_in_store) == len(FILES) + 26 - 13  # type: ignore[attr-defined]


async def test_status_names_the_store(commit: Commit, tmp_path: Path) -> None:
    repository = commit(FILES)
    index = index_of(repository, tmp_path, MappedVectors(tmp_path / "vectors"))
    assert (await index.status(await repository.snapshot(""))).vectors == f"mapped:{tmp_path / 'vectors'}"
    plain = CodebaseIndex(repository, folder=tmp_path, meaning=None)
    assert (await plain.status(await repository.snapshot(""))).vectors == ""
