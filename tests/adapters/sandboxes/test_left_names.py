"""What a command left in place is told where it may mislead or be written by others."""

import os
import time
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.care import cared_for


@pytest.mark.parametrize(
    "name", [b"--checkpoint-action=exec", b"a\nb", b"\x1b[31m", b"\xff", b"x" * 201, "\u202egnp".encode()]
)
def test_a_name_that_misleads_is_noticed_and_kept(name: bytes, tmp_path: Path) -> None:
    with cared_for(tmp_path) as care:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    assert [os.fsencode(path.name) for path in tmp_path.iterdir()] == [name]
    assert [item.path for item in care.noticed] == [os.fsdecode(name)]


def test_what_everyone_may_write_is_noticed(tmp_path: Path) -> None:
    with cared_for(tmp_path) as care:
        (tmp_path / "open").touch()
        (tmp_path / "open").chmod(0o666)
        (tmp_path / "sticky").mkdir()
        (tmp_path / "sticky").chmod(0o1777)
    assert [item.path for item in care.noticed] == ["open"]


def test_honest_names_and_what_was_there_are_not(tmp_path: Path) -> None:
    (tmp_path / "-old").touch()
    time.sleep(0.05)
    with cared_for(tmp_path) as care:
        for name in ("héllo.txt", "日本語", "with space", ".hidden", "👩\u200d💻"[:1]):
            (tmp_path / name).touch()
    assert care.noticed == []
