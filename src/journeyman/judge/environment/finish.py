"""Runs inside, after an installer: makes what it left usable from where it will be shown. Stands alone.

Called as `finish.py TREE SHOWN_AT PROJECT OWN_NAME`.
"""

import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

_MOST_SCRIPT_BYTES = 1_000_000


def main() -> None:
    """Move, remove and open up."""
    tree, shown_at, project, own_name = sys.argv[1:]
    for path in walk(Path(tree)):
        open_up(path)
    for site in Path(tree).glob("venv/lib/python*/site-packages"):
        forget(site, own_name)
    for script in Path(tree).glob("venv/bin/*"):
        move(script, tree, shown_at)
    modules = Path(tree, "node_modules")
    if modules.is_dir():
        relink(modules, Path(project, "node_modules"))
        own = modules / own_name
        if own_name and own.is_dir() and not own.is_symlink():
            own.rename(Path(tree).parent / "own-package")


def forget(site: Path, own_name: str) -> None:
    """Remove the project's own distribution: a fixed release of it would be the answer to a spec."""
    for info in site.glob("*.dist-info"):
        if own_name and canonical(info.name.partition("-")[0]) == canonical(own_name):
            for line in (info / "RECORD").read_text("utf-8").splitlines():
                recorded = Path(os.path.normpath(site / line.partition(",")[0].strip('"')))
                if recorded.is_relative_to(site.parents[2]):
                    recorded.unlink(missing_ok=True)
                    remove_emptied(recorded.parent, site)


def remove_emptied(folder: Path, site: Path) -> None:
    """Remove a folder, and those above it, as far as nothing is left in them: an empty one can be imported."""
    while folder != site and folder.is_relative_to(site) and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def canonical(name: str) -> str:
    """Return a name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def move(script: Path, tree: str, shown_at: str) -> None:
    """Let a script name its interpreter where it will be."""
    if script.is_symlink() or not script.is_file() or script.stat().st_size > _MOST_SCRIPT_BYTES:
        return
    text = script.read_bytes()
    if text.startswith(b"#!") or script.name.startswith("activate"):
        script.write_bytes(text.replace(f"{tree}/".encode(), f"{shown_at}/".encode()))


def relink(modules: Path, was: Path) -> None:
    """Let links to the project's own workspaces lead to where the tree under test is, `/work`."""
    places = [*modules.iterdir(), *(inner for scope in modules.glob("@*") for inner in scope.iterdir())]
    for link in places:
        if link.is_symlink():
            target = Path(os.path.normpath(was / link.parent.relative_to(modules) / link.readlink()))
            if not target.is_relative_to(was):
                link.unlink()
                link.symlink_to("/work" / target.relative_to("/work/project"))


def walk(tree: Path) -> Iterator[Path]:
    """Yield everything in a tree, links not followed; directories before what is in them."""
    yield tree
    for folder, names, files in os.walk(Path(tree)):
        yield from (Path(folder, name) for name in (*names, *files))


def open_up(path: Path) -> None:
    """Let everyone read, and enter or run what the owner may."""
    found = path.lstat()
    if stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode):
        mode = stat.S_IMODE(found.st_mode) & 0o777 | 0o600
        mode |= 0o100 if stat.S_ISDIR(found.st_mode) else 0
        path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)


if __name__ == "__main__":
    main()
