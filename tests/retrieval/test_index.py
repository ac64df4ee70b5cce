"""The index over real repositories, by words, structure and history alone."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from journeyman.domain.context import Query, Snippet
from journeyman.domain.snapshot import Snapshot
from journeyman.repository import GitRepository
from journeyman.retrieval import CodebaseIndex
from journeyman.testing.conformance.index import INDEXED_FILES, CodeIndexConformance

Commit = Callable[[Mapping[str, str | bytes]], GitRepository]


@pytest.fixture
def repository(commit: Commit) -> GitRepository:
    return commit(INDEXED_FILES)


@pytest.fixture
def index(repository: GitRepository, tmp_path: Path) -> CodebaseIndex:
    return CodebaseIndex(repository, folder=tmp_path / "index", meaning=None)


class TestCodebaseIndex(CodeIndexConformance):
    """Every promise of the seam."""


async def search(repository: GitRepository, text: str, *, paths: tuple[str, ...] = ()) -> tuple[Snippet, ...]:
    with TemporaryDirectory() as folder:
        index = CodebaseIndex(repository, folder=Path(folder), meaning=None)
        return await index.search(await repository.snapshot(""), Query(text=text, paths=paths))


FUNCTIONS = "\n\n".join(
    f'def {name}(value):\n    """{doc}"""\n    result = value\n    result += 1\n    result += 2\n    return result\n'
    for name, doc in [
        ("parseHTTPHeader", "Read one header of a request."),
        ("rotate_logs", "Move yesterday's log file away."),
        ("open_connection", "Connect to a server, retrying with a growing delay."),
    ]
)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("http header parser", "parseHTTPHeader"),
        ("parseHTTPHeader", "parseHTTPHeader"),
        ("parsing headers", "parseHTTPHeader"),
        ("log rotation", "rotate_logs"),
        ("`rotate_logs` fails", "rotate_logs"),
        ("retries are delayed too long when connecting to servers", "open_connection"),
    ],
)
async def test_names_are_found_whole_split_and_bent(commit: Commit, text: str, symbol: str) -> None:
    hits = await search(commit({"app/net.py": FUNCTIONS}), text)
    assert hits[0].symbol == symbol


async def test_the_title_outweighs_what_is_said_in_passing(commit: Commit) -> None:
    repository = commit({"app/net.py": FUNCTIONS})
    hits = await search(repository, "Rotate the log file\n\nSeen when a server had a connection delay.\n")
    assert hits[0].symbol == "rotate_logs"


async def test_tests_stand_behind_the_product_unless_they_are_named(commit: Commit) -> None:
    product = "def rotate(files):\n    for name in files:\n        name.rename(name + '.1')\n"
    test = "def test_rotate():\n    rotate(files)\n    rotate(files)\n    assert rotate(files) == 'rotate files'\n"
    repository = commit({"app/logs.py": product, "tests/test_logs.py": test})
    assert [hit.path for hit in await search(repository, "rotate files")] == ["app/logs.py", "tests/test_logs.py"]
    assert (await search(repository, "`test_rotate` is flaky, files"))[0].path == "tests/test_logs.py"
    assert (await search(repository, "rotate files in tests/test_logs.py"))[0].path == "tests/test_logs.py"


async def test_a_file_named_in_passing_gains(commit: Commit) -> None:
    files = {f"app/{name}.py": f"def rotate():\n    return '{name} logs'\n" for name in ("alpha", "beta", "gamma")}
    hits = await search(commit(files), "rotate: logs are lost, see app/gamma.py line 2")
    assert hits[0].path == "app/gamma.py"


async def test_given_files_leave_room_for_others(commit: Commit) -> None:
    long = "\n\n".join(f"def step_{number}():\n" + f"    x = {number}\n" * 10 for number in range(100))
    repository = commit({"app/long.py": long, "app/net.py": FUNCTIONS})
    hits = await search(repository, "rotate logs of step 7 with value", paths=("app/long.py",))
    given = [hit.path for hit in hits].count("app/long.py")
    assert hits[0].symbol == "step_7"
    assert len(hits) == given + 3
    assert [hit.path for hit in hits][:given] == ["app/long.py"] * given


class Counting:
    """A repository that counts what is read of it."""

    def __init__(self, within: GitRepository) -> None:
        self._within = within
        self.read: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._within, name)

    async def read_many(self, blobs: tuple[str, ...]) -> tuple[bytes, ...]:
        self.read += blobs
        return await self._within.read_many(blobs)


async def test_only_changed_files_are_read_again(commit: Commit, tmp_path: Path) -> None:
    repository = commit(INDEXED_FILES)
    first: Snapshot = await repository.snapshot("")
    counting = Counting(repository)
    # A repository by delegation.
    index = CodebaseIndex(counting, folder=tmp_path / "index", meaning=None)  # type: ignore[arg-type]
    await index.search(first, Query(text="price"))
    assert sorted(counting.read) == sorted(entry.blob for entry in first.entries)
    counting.read.clear()
    await index.search(first, Query(text="quantity"))
    assert counting.read == []
    second = await commit({"shop/line.py": "class Line:\n    price = 0\n"}).snapshot("")
    hits = await index.search(second, Query(text="class Line"))
    assert len(counting.read) == 1
    assert hits[0].text == "class Line:\n    price = 0\n"
    assert (await index.search(first, Query(text="class Line")))[0].text.startswith("class Line:\n    def __init__")


async def test_files_that_nobody_wrote_are_left_out(commit: Commit) -> None:
    repository = commit(
        {
            "app/real.py": "def rotate():\n    return 1\n",
            "app/image.png": b"\x89PNG\0rotate",
            "app/blob.py": b"rotate = '\0'\n",
            "app/latin.py": "rotate = 'é'\n".encode("latin-1"),
            "app/empty.py": "",
            "vendor/lib/rotate.py": "def rotate(): ...\n",
            "web/app.min.js": "function rotate(){}\n",
            "web/packed.js": "var rotate=1;" * 2000,
            "go.sum": "example.org/rotate v1.0.0 h1:abc=\n",
            "poetry.lock": 'name = "rotate"\n',
            "app/made.py": "# Code generated by protoc. DO NOT EDIT.\ndef rotate(): ...\n",
            "app/rotate_pb2.py": "rotate = 1\n",
        }
    )
    assert {hit.path for hit in await search(repository, "rotate")} == {"app/real.py"}


async def test_an_empty_tree_has_nothing_to_find(commit: Commit) -> None:
    assert await search(commit({"app/image.png": b"\x89PNG"}), "anything") == ()


async def test_a_killed_build_goes_on_where_it_was(commit: Commit, tmp_path: Path) -> None:
    repository = commit(
        {f"app/part_{number}.py": f"def part_{number}():\n    return {number}\n" for number in range(450)}
    )
    snapshot = await repository.snapshot("")

    def stop(done: int, _total: int) -> None:
        if done >= 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await CodebaseIndex(repository, folder=tmp_path, meaning=None).build(snapshot, progress=stop)
    built = await CodebaseIndex(repository, folder=tmp_path, meaning=None).build(snapshot)
    assert (built.files, built.cut) == (450, 250)
    again = await CodebaseIndex(repository, folder=tmp_path, meaning=None).build(snapshot)
    assert (again.files, again.cut) == (450, 0)


async def test_a_damaged_tree_is_laid_out_again(commit: Commit, tmp_path: Path) -> None:
    repository = commit(INDEXED_FILES)
    snapshot = await repository.snapshot("")
    expected = await CodebaseIndex(repository, folder=tmp_path, meaning=None).search(snapshot, Query(text="price"))
    for file in tmp_path.rglob("*.npy"):
        file.write_bytes(b"nothing of the kind")
    (tmp_path / "files.db").write_bytes(b"nor this " * 1000)
    again = CodebaseIndex(repository, folder=tmp_path, meaning=None)
    assert not (await again.status(snapshot)).built
    assert await again.search(snapshot, Query(text="price")) == expected
    assert (await again.status(snapshot)).built


async def test_odd_trees_do_no_harm(commit: Commit, tmp_path: Path) -> None:
    repository = commit({"app/real.py": "def rotate():\n    return 1\n", "app/big.py": "x = 1\n" * 400_000})
    root = tmp_path / "project"
    (root / "loop").symlink_to("loop")
    (root / "out").symlink_to("/etc/passwd")
    (root / "app/deep.py").write_text("(" * 5000 + ")" * 5000 + "\n# rotate\n")
    (root / "app/minified.js").write_text("function rotate(){};" * 5000)
    hits = await search(commit({}), "rotate")
    assert {hit.path for hit in hits} <= {"app/real.py", "app/deep.py"}
    assert hits[0].path == "app/real.py"
    assert repository is not None


async def test_definitions_and_uses_of_a_name(commit: Commit, tmp_path: Path) -> None:
    repository = commit(
        {
            "app/logs.py": "class Log:\n    def rotate(self):\n        return 1\n\n\ndef rotate_all(logs):\n    return [log.rotate() for log in logs]\n",
            "app/main.py": "from app.logs import Log\n\nLog().rotate()\n",
            "app/wheel.py": "def rotate():\n    return 2\n",
        }
    )
    index, snapshot = CodebaseIndex(repository, folder=tmp_path / "i", meaning=None), await repository.snapshot("")
    assert {(hit.path, hit.start_line) for hit in await index.symbols(snapshot, "rotate")} == {
        ("app/logs.py", 1),
        ("app/wheel.py", 1),
    }
    assert await index.symbols(snapshot, "no_such_name") == ()
    uses = [(hit.path, hit.start_line, hit.text) for hit in await index.references(snapshot, "rotate")]
    assert ("app/main.py", 3, "Log().rotate()\n") in uses
    assert all("rotate_all" not in text for _, _, text in uses)
    assert await index.references(snapshot, "(((") == ()
