"""The shelf: complete or not there at all."""

import json
import os
import threading
import time
from pathlib import Path

import pytest

from journeyman.judge.environment.shelf import Shelf


def put(shelf: Shelf, digest: str, text: str = "content") -> Path:
    with shelf.building(digest) as place:
        (place / "tree").mkdir()
        (place / "tree/file").write_text(text)
        return shelf.publish(digest, place, {"tool": "python"})


def test_what_is_published_is_found_with_its_record(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "environments")
    assert shelf.find("abc") is None
    tree = put(shelf, "abc")
    assert shelf.find("abc") == tree
    assert (tree / "file").read_text() == "content"
    assert json.loads((tree.parent / "environment.json").read_text()) == {"tool": "python"}


def test_a_build_that_failed_leaves_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    def fail() -> None:
        with shelf.building("abc") as place:
            (place / "tree").mkdir(mode=0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert shelf.find("abc") is None
    assert [path.name for path in tmp_path.iterdir()] == ["abc.lock"]


@pytest.mark.parametrize("name", ["tree", "tree/node_modules", "tree/venv"])
def test_a_link_in_the_place_of_a_directory_is_not_kept(tmp_path: Path, name: str) -> None:
    shelf = Shelf(tmp_path / "shelf")
    with shelf.building("abc") as place:
        if name != "tree":
            (place / "tree").mkdir()
        (place / name).symlink_to("/etc")
        with pytest.raises(ValueError, match="not a directory"):
            shelf.publish("abc", place, {})
    assert shelf.find("abc") is None


def test_two_who_want_the_same_build_one_after_the_other(tmp_path: Path) -> None:
    shelf, order = Shelf(tmp_path), []

    def build(name: str) -> None:
        with shelf.building("abc"):
            order.append(name)
            time.sleep(0.05)
            order.append(name)

    threads = [threading.Thread(target=build, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "".join(order) in {"aabb", "bbaa"}


def test_what_nobody_used_for_a_month_goes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for digest in ("old", "used"):
        record = put(shelf, digest).parent / "environment.json"
        os.utime(record, (0, 0))
    shelf.find("used")
    put(shelf, "new")
    assert [digest for digest in ("old", "used", "new") if shelf.find(digest)] == ["used", "new"]
