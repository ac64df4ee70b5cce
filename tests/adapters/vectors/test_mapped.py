"""One array on disk: what is particular to it."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.adapters.vectors.conftest import SettingsFor

from journeyman.adapters.vectors.mapped import MappedVectors, open_store
from journeyman.domain.errors import AdapterError, UserError
from journeyman.testing.conformance.vectors import (
    SHOP,
    Place,
    VectorStoreConformance,
    files_of,
    found,
    key,
    scope_of,
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    @asynccontextmanager
    async def opened() -> AsyncIterator[MappedVectors]:
        yield MappedVectors(tmp_path)

    return opened


class TestMappedVectors(VectorStoreConformance):
    """Every promise of the seam."""

    many = 100_000


async def test_damaged_rows_are_noticed_and_missing_from_then_on(tmp_path: Path) -> None:
    files = files_of(["a.py", "b.py"])
    await MappedVectors(tmp_path).upsert(SHOP, files)
    (array,) = (tmp_path / SHOP).glob("*.f32")
    content = bytearray(array.read_bytes())
    content[-1] ^= 64
    array.write_bytes(content)
    store = MappedVectors(tmp_path)
    assert sorted(await found(store, scope_of(files), files[0].vectors[0], limit=9)) == [0, 1, 2]
    assert await store.missing(SHOP, [key("a.py"), key("b.py")]) == {key("b.py")}
    await store.upsert(SHOP, files[1:])
    assert len(await found(store, scope_of(files), files[0].vectors[0], limit=9)) == 6


@pytest.mark.parametrize("how", ["cut", "gone", "table"])
async def test_a_lost_array_or_table_is_begun_anew(tmp_path: Path, how: str) -> None:
    files = files_of(["a.py", "b.py"])
    await MappedVectors(tmp_path).upsert(SHOP, files)
    (array,) = (tmp_path / SHOP).glob("*.f32")
    match how:
        case "cut":
            array.write_bytes(array.read_bytes()[:100])
        case "gone":
            array.unlink()
        case "table":
            (tmp_path / SHOP / "places.db").write_bytes(b"nothing of the kind" * 500)
    store = MappedVectors(tmp_path)
    if how == "table":
        with pytest.raises(AdapterError, match="damaged") as refused:
            await store.count(SHOP)
        assert refused.value.retryable
    else:
        assert await found(store, scope_of(files), files[0].vectors[0], limit=9) == {}
    await store.upsert(SHOP, files)
    assert len(await found(store, scope_of(files), files[0].vectors[0], limit=9)) == 6


async def test_holes_are_closed_and_readers_read_on(tmp_path: Path) -> None:
    files = files_of([f"{number}.py" for number in range(20)], rows=50)
    reader, writer = MappedVectors(tmp_path), MappedVectors(tmp_path)
    await writer.upsert(SHOP, files)
    kept = scope_of(files[18:])
    before = await found(reader, kept, files[18].vectors[3], limit=5)
    size = sum(path.stat().st_size for path in (tmp_path / SHOP).glob("*.f32"))
    await writer.delete(SHOP, [each.file for each in files[:18]])
    assert sum(path.stat().st_size for path in (tmp_path / SHOP).glob("*.f32")) < size / 5
    await writer.upsert(SHOP, files_of(["new.py"], rows=50, seed=3))
    assert await found(reader, kept, files[18].vectors[3], limit=5) == before
    assert await found(MappedVectors(tmp_path), kept, files[18].vectors[3], limit=5) == before


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False)


KILLED = """
import os, sys
import numpy as np
from pathlib import Path
from journeyman.adapters.vectors.mapped_table import Table
from journeyman.testing.conformance.vectors import SHOP, files_of

table = Table(Path(sys.argv[1]) / SHOP)
with table.writing() as writing:
    writing.append(files_of(["killed.py"], rows=40, seed=8))
    os._exit(9)
"""


async def test_a_writer_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    files = files_of(["a.py"])
    await MappedVectors(tmp_path).upsert(SHOP, files)
    assert run(KILLED, tmp_path).returncode == 9
    store = MappedVectors(tmp_path)
    assert await store.count(SHOP) == 3
    more = files_of(["b.py"], seed=5)
    await store.upsert(SHOP, more)
    every = [*files, *more]
    hits = await found(store, scope_of(every), more[0].vectors[1], limit=1)
    assert list(hits) == [4]


FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from journeyman.adapters.vectors.mapped import MappedVectors
from journeyman.domain.errors import AdapterError
from journeyman.testing.conformance.vectors import SHOP, files_of

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    asyncio.run(MappedVectors(Path(sys.argv[1])).upsert(SHOP, files_of([f"{n}.py" for n in range(100)], rows=50)))
except AdapterError as error:
    print(error)
"""


async def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    files = files_of(["a.py"])
    await MappedVectors(tmp_path).upsert(SHOP, files)
    assert "cannot be written: File too large" in run(FULL, tmp_path).stdout
    store = MappedVectors(tmp_path)
    assert await store.count(SHOP) == 3
    assert len(await found(store, scope_of(files), files[0].vectors[0], limit=9)) == 3


async def test_a_repository_cannot_choose_a_folder(
    tmp_path: Path, by_person: SettingsFor, by_repository: SettingsFor
) -> None:
    for rest in ("/tmp/elsewhere", "../../up", "ok/../../../x"):
        with pytest.raises(UserError, match="only the repository says so") as refused:
            async with open_store(rest, by_repository(f"mapped:{rest}")):
                pass
        assert "JOURNEYMAN_VECTORS=mapped:" in refused.value.remedy
    async with open_store(str(tmp_path / "mine"), by_person(f"mapped:{tmp_path / 'mine'}")) as store:
        assert store.name == f"mapped:{tmp_path / 'mine'}"
    async with open_store("", by_repository("mapped:")) as store:
        assert store.name == f"mapped:{tmp_path / 'vectors/mapped'}"
