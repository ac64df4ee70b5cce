"""Qdrant in this process."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("qdrant_client", reason="the extra `qdrant` is not installed")

from tests.adapters.vectors.conftest import SettingsFor

from journeyman.adapters.vectors.qdrant import open_store
from journeyman.domain.errors import UserError
from journeyman.testing.conformance.vectors import Place, VectorStoreConformance


class TestQdrantVectors(VectorStoreConformance):
    """Every promise of the seam."""

    shared = False

    @pytest.fixture
    def place(self, by_repository: SettingsFor) -> Place:
        return lambda: open_store("", by_repository("qdrant:"))


HOLDING = """
import sys
from qdrant_client import QdrantClient
client = QdrantClient(path=sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


# Qdrant's client leaves the lock file that it could not lock to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_second_process_is_told_to_wait(tmp_path: Path, by_repository: SettingsFor) -> None:
    holder = holding(tmp_path / "vectors/qdrant")
    assert holder.stdout
    assert holder.stdout.readline() == "open\n"
    try:
        with pytest.raises(UserError, match="open in another process"):
            async with open_store("", by_repository("qdrant:")):
                pass
    finally:
        holder.communicate("")
    async with open_store("", by_repository("qdrant:")) as store:
        assert await store.count("shop-1f3a") == 0


async def test_a_repository_cannot_choose_a_folder(by_repository: SettingsFor) -> None:
    with pytest.raises(UserError, match="only the repository says so"):
        async with open_store("/tmp/elsewhere", by_repository("qdrant:/tmp/elsewhere")):
            pass
