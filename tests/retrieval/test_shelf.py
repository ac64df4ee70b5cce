"""Cut files on disk: shared, resumed, damaged."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from journeyman.domain.errors import AdapterError
from journeyman.retrieval.shelf import Shelf, key_of

ONE, TWO = key_of("1" * 40, "a.py", recipe="r"), key_of("2" * 40, "a.py", recipe="r")


def test_what_is_kept_is_read_by_another(tmp_path: Path) -> None:
    Shelf(tmp_path / "files.db").keep({ONE: (b"data", "text é"), TWO: None})
    again = Shelf(tmp_path / "files.db")
    assert again.read([ONE, TWO, b"other"]) == {ONE: b"data", TWO: None}
    assert again.texts([ONE, TWO]) == {ONE: "text é"}
    assert again.count() == 2


def test_a_key_depends_on_bytes_path_and_recipe() -> None:
    keys = {key_of(blob, path, recipe=recipe) for blob in "12" for path in ("a", "b") for recipe in ("r", "s")}
    assert len(keys) == 8


def test_a_damaged_row_is_forgotten(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "files.db")
    shelf.keep({ONE: (b"data", "text"), TWO: (b"more", "text")})
    with sqlite3.connect(tmp_path / "files.db") as database:
        database.execute("update files set data = x'00', text = x'00' where key = ?", (ONE,))
    database.close()
    assert shelf.read([ONE, TWO]) == {TWO: b"more"}
    assert shelf.texts([ONE, TWO]) == {TWO: "text"}
    assert shelf.count() == 1


@pytest.mark.parametrize(
    "content", [b"no database at all, whatever it says " * 200, b"SQLite format 3\0" + b"\1" * 4000]
)
def test_a_damaged_database_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "files.db").write_bytes(content)
    shelf = Shelf(tmp_path / "files.db")
    assert shelf.read([ONE]) == {}
    shelf.keep({ONE: (b"data", "text")})
    assert shelf.read([ONE]) == {ONE: b"data"}


def test_writers_take_turns(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom journeyman.retrieval.shelf import Shelf, key_of\n"
        "shelf = Shelf(Path(sys.argv[1]))\n"
        "for n in range(40):\n    shelf.keep({key_of(str(n), sys.argv[2], recipe=''): (b'd', 't')})\n"
    )
    run = [sys.executable, "-c", script, str(tmp_path / "files.db")]
    writers = [subprocess.Popen([*run, name]) for name in ("one", "two", "three")]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert Shelf(tmp_path / "files.db").count() == 120


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "files.db")
    for file in tmp_path.iterdir():
        file.unlink()
    (tmp_path / "files.db").mkdir()
    with pytest.raises(AdapterError, match="index cannot be used"):
        shelf.read([ONE])
