"""What every vector store must do.

Subclass it in a test module that has the fixture `place`: a function that opens the same store again and again, as
an asynchronous context. Say in the class what the store is made for.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import pytest

from journeyman.domain.errors import UserError
from journeyman.ports.vectors import FileVectors, Scope, VectorStore

if TYPE_CHECKING:
    from numpy.typing import NDArray

Place = Callable[[], AbstractAsyncContextManager[VectorStore]]
LENGTH = 16
SHOP, BANK = "shop-1f3a", "bank-77e0"


def key(name: str) -> str:
    """Return what a file version is called in a store."""
    return blake2b(name.encode(), digest_size=16).hexdigest()


def units(rows: int, *, seed: int, length: int = LENGTH) -> "NDArray[np.float32]":
    """Return random vectors of unit length."""
    found: NDArray[np.float32] = np.random.default_rng(seed).normal(size=(rows, length)).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def files_of(names: Sequence[str], *, rows: int = 3, seed: int = 0) -> tuple[FileVectors, ...]:
    """Return a file of random vectors per name."""
    every = units(rows * len(names), seed=seed)
    return tuple(
        FileVectors(file=key(name), vectors=every[rows * place : rows * (place + 1)])
        for place, name in enumerate(names)
    )


def scope_of(files: Sequence[FileVectors], repository: str = SHOP) -> Scope:
    """Return the tree that holds these files, in this order."""
    sizes = [len(each.vectors) for each in files]
    firsts = {each.file: sum(sizes[:place]) for place, each in enumerate(files)}
    return Scope(repository=repository, firsts=firsts, chunks=sum(sizes))


def all_rows(files: Sequence[FileVectors]) -> "NDArray[np.float32]":
    """Return the vectors of a tree, by chunk."""
    return np.concatenate([each.vectors for each in files])


async def found(store: VectorStore, scope: Scope, vector: "NDArray[np.float32]", *, limit: int) -> dict[int, float]:
    """Return chunk → cosine, the nearest first."""
    nearest = await store.search(scope, vector, limit=limit)
    assert len(nearest.chunks) == len(nearest.cosines) == len(set(nearest.chunks.tolist()))
    pairs = zip(nearest.chunks.tolist(), nearest.cosines.tolist(), strict=True)
    return dict(sorted(pairs, key=lambda pair: -pair[1]))


class VectorStoreConformance:
    """The promises of `ports.vectors.VectorStore`, each as a test."""

    lasts = True
    """Whether it keeps what it was given when it is closed."""
    shared = True
    """Whether two may have it open at once."""
    one_length = False
    """Whether all of its repositories have vectors of one length, which a person chose."""
    many = 10_000
    """Chunks that it is made for at least."""
    recall = 1.0
    """Least share of the ten nearest of so many that it finds."""

    async def test_the_nearest_are_found_and_nearer_is_higher(self, place: Place) -> None:
        """Cosines are those of the vectors, whatever the store calls a distance."""
        files = files_of(["a.py", "b.py", "c.py", "d.py"])
        async with place() as store:
            await store.upsert(SHOP, files)
            asked = files[1].vectors[2]
            hits = await found(store, scope_of(files), asked, limit=5)
            expected = all_rows(files) @ asked
            assert list(hits) == np.argsort(-expected)[:5].tolist()
            assert next(iter(hits)) == 5
            assert hits[5] == pytest.approx(1.0, abs=1e-3)
            for chunk, cosine in hits.items():
                assert cosine == pytest.approx(float(expected[chunk]), abs=1e-3)
            away = await found(store, scope_of(files), -asked, limit=12)
            assert list(away)[-1] == 5
            assert away[5] == pytest.approx(-1.0, abs=1e-3)

    async def test_what_is_given_again_is_replaced(self, place: Place) -> None:
        """Also when there are fewer rows than before."""
        async with place() as store:
            await store.upsert(SHOP, files_of(["a.py", "b.py"], rows=4))
            new = files_of(["a.py"], rows=2, seed=7)
            await store.upsert(SHOP, new)
            assert await store.count(SHOP) == 6
            hits = await found(store, scope_of(new), new[0].vectors[1], limit=5)
            assert next(iter(hits)) == 1
            assert hits[1] == pytest.approx(1.0, abs=1e-3)
            assert len(hits) == 2

    async def test_what_is_deleted_is_gone(self, place: Place) -> None:
        """And only that; what was never there may be deleted."""
        files = files_of(["a.py", "b.py", "c.py"])
        async with place() as store:
            await store.upsert(SHOP, files)
            await store.delete(SHOP, [key("b.py"), key("never.py")])
            assert await store.count(SHOP) == 6
            hits = await found(store, scope_of(files), files[1].vectors[0], limit=9)
            assert sorted(hits) == [0, 1, 2, 6, 7, 8]
            every = [key(name) for name in ("a.py", "b.py", "c.py", "never.py")]
            assert await store.missing(SHOP, every) == {key("b.py"), key("never.py")}
            await store.upsert(SHOP, files[1:2])
            assert await store.missing(SHOP, every) == {key("never.py")}

    async def test_repositories_do_not_meet(self, place: Place) -> None:
        """The same file in two of them is two."""
        shop, bank = files_of(["a.py"], seed=1), files_of(["a.py", "b.py"], seed=2)
        async with place() as store:
            await store.upsert(SHOP, shop)
            await store.upsert(BANK, bank)
            assert (await store.count(SHOP), await store.count(BANK)) == (3, 6)
            hits = await found(store, scope_of(shop, SHOP), bank[0].vectors[0], limit=9)
            assert sorted(hits) == [0, 1, 2]
            await store.delete(BANK, [key("a.py")])
            assert (await store.count(SHOP), await store.count(BANK)) == (3, 3)

    async def test_a_tree_sees_its_own_files_only(self, place: Place) -> None:
        """However many nearer ones other trees have; numbers are those of the tree."""
        ours = files_of(["ours.py", "more.py"], seed=1)
        asked = units(1, seed=5)[0]
        near = asked + 0.01 * units(500, seed=9)
        crowd = [FileVectors(file=key(f"old-{n}"), vectors=near[10 * n : 10 * n + 10]) for n in range(50)]
        async with place() as store:
            await store.upsert(SHOP, [*crowd[:25], *ours, *crowd[25:]])
            hits = await found(store, scope_of([ours[1], ours[0]]), asked, limit=4)
            expected = np.concatenate([ours[1].vectors, ours[0].vectors]) @ asked
            assert list(hits) == np.argsort(-expected)[:4].tolist()

    async def test_a_row_without_direction_is_no_harm(self, place: Place) -> None:
        """An embedder that knows no word of a chunk answers zeros."""
        file = FileVectors(file=key("a.py"), vectors=units(3, seed=1))
        file.vectors[1] = 0
        async with place() as store:
            await store.upsert(SHOP, [file])
            hits = await found(store, scope_of([file]), file.vectors[0], limit=9)
            assert next(iter(hits)) == 0
            assert await store.count(SHOP) == 3
            assert all(np.isfinite(list(hits.values())))

    async def test_never_more_than_there_are(self, place: Place) -> None:
        """Or than asked for."""
        files = files_of(["a.py"])
        async with place() as store:
            await store.upsert(SHOP, files)
            assert len(await found(store, scope_of(files), files[0].vectors[0], limit=1000)) == 3
            assert len(await found(store, scope_of(files), files[0].vectors[0], limit=1)) == 1

    async def test_nothing_is_nothing(self, place: Place) -> None:
        """A repository that never was is empty, and nothing may be given, deleted and asked about."""
        async with place() as store:
            assert await store.count("nobody-0000") == 0
            assert await store.missing("nobody-0000", [key("a.py")]) == {key("a.py")}
            assert await store.missing("nobody-0000", []) == frozenset()
            scope = scope_of(files_of(["a.py"]), "nobody-0000")
            assert await found(store, scope, units(1, seed=0)[0], limit=5) == {}
            await store.delete("nobody-0000", [key("a.py")])
            await store.upsert(SHOP, [])
            await store.delete(SHOP, [])
            assert await store.count(SHOP) == 0

    async def test_vectors_of_another_length_are_refused(self, place: Place) -> None:
        """When they are given and when they ask; what was kept stays."""
        files = files_of(["a.py"])
        longer = FileVectors(file=key("b.py"), vectors=units(2, seed=3, length=LENGTH + 8))
        async with place() as store:
            await store.upsert(SHOP, files)
            with pytest.raises(UserError, match=f"{LENGTH} numbers.*not of {LENGTH + 8}"):
                await store.upsert(SHOP, [longer])
            with pytest.raises(UserError, match=f"{LENGTH} numbers.*not of {LENGTH + 8}") as refused:
                await store.search(scope_of(files), longer.vectors[0], limit=3)
            assert "[index] vectors" in refused.value.remedy
            assert await store.count(SHOP) == 3
            assert len(await found(store, scope_of(files), files[0].vectors[0], limit=3)) == 3
            if self.one_length:
                with pytest.raises(UserError, match=f"not of {LENGTH + 8}"):
                    await store.upsert(BANK, [longer])
            else:
                await store.upsert(BANK, [longer])
                assert await store.count(BANK) == 2

    async def test_it_is_all_there_after_a_restart(self, place: Place) -> None:
        """What was given before the store was closed."""
        if not self.lasts:
            pytest.skip("it keeps nothing")
        files = files_of(["a.py", "b.py"])
        async with place() as store:
            await store.upsert(SHOP, files)
        async with place() as store:
            assert await store.count(SHOP) == 6
            assert await store.missing(SHOP, [key("a.py"), key("c.py")]) == {key("c.py")}
            hits = await found(store, scope_of(files), files[1].vectors[1], limit=3)
            assert next(iter(hits)) == 4
            await store.upsert(SHOP, files_of(["c.py"], seed=4))
            assert await store.count(SHOP) == 9

    async def test_two_may_write_at_once(self, place: Place) -> None:
        """Nothing of either is lost, and what both write is there once."""
        if not (self.lasts and self.shared):
            pytest.skip("one at a time has it open")
        names = [f"{number}.py" for number in range(30)]
        async with place() as one, place() as other:
            await one.upsert(SHOP, files_of(["first.py"], seed=9))
            every = files_of(names)
            await asyncio.gather(
                *(one.upsert(SHOP, every[start : start + 4]) for start in range(0, 20, 4)),
                *(other.upsert(SHOP, every[start : start + 4]) for start in range(12, 30, 4)),
            )
            for store in (one, other):
                assert await store.count(SHOP) == 3 * (len(names) + 1)
                assert await store.missing(SHOP, [key(name) for name in names]) == frozenset()
                hits = await found(store, scope_of(every), every[29].vectors[2], limit=1)
                assert list(hits) == [89]

    async def test_it_has_a_name_and_a_reach(self, place: Place) -> None:
        """For people, and for who asks it."""
        async with place() as store:
            assert ":" in store.name
            assert store.reach >= 100

    @pytest.mark.slow
    async def test_many_vectors_are_searched(self, place: Place) -> None:
        """As many as it is made for, in files of twenty."""
        every = units(self.many, seed=11, length=64)
        files = [
            FileVectors(file=key(f"{start}.py"), vectors=every[start : start + 20]) for start in range(0, self.many, 20)
        ]
        scope = scope_of(files)
        async with place() as store:
            for start in range(0, len(files), 500):
                await store.upsert(SHOP, files[start : start + 500])
            assert await store.count(SHOP) == self.many
            right = 0
            questions = every[:: self.many // 10] + 0.05 * units(10, seed=12, length=64)
            for asked in questions:
                hits = await found(store, scope, asked, limit=10)
                right += len(set(hits) & set(np.argsort(-(every @ asked))[:10].tolist()))
            assert right >= self.recall * 10 * len(questions)
