"""How long indexing and searching take: `python bench/retrieval/speed.py [directory]`.

Without a directory: the standard library that this interpreter runs with.
"""

import asyncio
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from journeyman.adapters.vectors.mapped import MappedVectors
from journeyman.domain.candidate import FileChange
from journeyman.domain.context import Query
from journeyman.repository import open_repository
from journeyman.retrieval import CodebaseIndex
from journeyman.retrieval.meaning import Meaning
from journeyman.retrieval.static import FOLDER, load_embedder

QUERIES = {
    "urllib.parse.urlsplit drops an empty port": "urllib/parse.py",
    "csv writer: quote strings only when asked\n\nThe dialect's quoting mode is ignored for numbers.": "csv.py",
    "TemporaryDirectory cleanup fails on read-only files": "tempfile.py",
    "argparse shows a wrong usage line for mutually exclusive groups": "argparse.py",
    "json: indent with a tab and sort keys": "json/encoder.py",
    "log records are written twice after a rotation of the file handler": "logging/handlers.py",
    "timedelta division rounds half to even": "datetime.py",
    "cancelling a task group while a child is being created": "asyncio/taskgroups.py",
    "a zip archive with an encrypted member cannot be listed": "zipfile.py",
    "dataclass with slots loses a field's default": "dataclasses.py",
}
"""Query -> a file that belongs to it (as of CPython 3.11)."""
ROUNDS = 5


def commit(source: Path, root: Path) -> None:
    shutil.copytree(source, root, ignore=shutil.ignore_patterns("__pycache__", "site-packages", ".git", "*.so"))
    git = ("git", "-c", "user.name=Bench", "-c", "user.email=bench@example.org")
    for command in (["init", "-q"], ["add", "-A", "-f"], ["commit", "-q", "-m", "files"]):
        subprocess.run([*git, *command], cwd=root, check=True)


async def measure(source: Path, folder: Path) -> None:
    root = folder / "project"
    commit(source, root)
    repository = open_repository(root, stores_dir=folder / "stores")
    snapshot = await repository.snapshot("")
    meaning = Meaning(embedder=load_embedder(FOLDER), store=MappedVectors(folder / "vectors"))
    index = CodebaseIndex(repository, folder=folder / "index", meaning=meaning)
    began, began_cpu = time.perf_counter(), time.process_time()
    await index.search(snapshot, Query(text="anything"))
    cpu_s = time.process_time() - began_cpu
    print(
        f"build        {time.perf_counter() - began:8.2f} s ({cpu_s:.2f} s of CPU) for {len(snapshot.entries):,} files"
    )
    times: list[float] = []
    ranks: list[int] = []
    for _ in range(ROUNDS):
        for text, wanted in QUERIES.items():
            began = time.process_time()
            hits = await index.search(snapshot, Query(text=text))
            times.append(1000 * (time.process_time() - began))
            paths = list(dict.fromkeys(hit.path for hit in hits))
            ranks.append(paths.index(wanted) + 1 if wanted in paths else 0)
    print(f"query        {statistics.median(times):8.1f} ms of CPU at the median, {max(times):.1f} ms at worst")
    found = ranks[: len(QUERIES)]
    print(f"right file   {sum(rank == 1 for rank in found)} first, {sum(0 < rank <= 5 for rank in found)} in five,")
    print(f"             of {len(found)} queries")
    more = FileChange(path="brand_new.py", content=b"def brand_new():\n    return 1\n")
    tree = await repository.overlay(snapshot.tree, (more,))
    second = await repository.snapshot(await repository.commit(tree, parent=snapshot.commit, message="one more\n"))
    began = time.process_time()
    await index.search(second, Query(text="brand new"))
    print(f"one more file{time.process_time() - began:8.2f} s of CPU")
    print(f"memory       {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB at the peak")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(sysconfig.get_path("stdlib"))
        asyncio.run(measure(given, Path(made)))
