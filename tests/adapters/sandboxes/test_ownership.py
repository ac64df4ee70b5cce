"""Rights in a workspace are restored without ever touching what a link points to."""

import os
import stat
from pathlib import Path

from journeyman.adapters.sandboxes.ownership import reopen_tree


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_owner_rights_come_back_and_nothing_else_changes(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "closed/inner").mkdir(parents=True)
    (tree / "closed/inner/file").write_text("x")
    (tree / "script").touch(mode=0o750)
    for path in (tree / "closed/inner/file", tree / "closed/inner", tree / "closed", tree):
        path.chmod(0)
    reopen_tree(tree)
    assert [mode(tree), mode(tree / "closed"), mode(tree / "closed/inner")] == [0o700] * 3
    assert (mode(tree / "closed/inner/file"), mode(tree / "script")) == (0o400, 0o750)


def test_links_pipes_and_their_targets_are_left_alone(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "directory").mkdir()
    for name in ("file", "directory", "missing"):
        (tree / name).symlink_to(tmp_path / name)
    os.mkfifo(tree / "pipe", 0)
    for path in (tmp_path / "file", tmp_path / "directory"):
        path.chmod(0)
    reopen_tree(tree)
    assert [mode(tmp_path / "file"), mode(tmp_path / "directory"), mode(tree / "pipe")] == [0, 0, 0]
    (tmp_path / "directory").chmod(0o700)


def test_a_bottomless_tree_ends_the_walk(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    here = os.open(tree, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    before = len(list(Path("/proc/self/fd").iterdir()))
    reopen_tree(tree)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
