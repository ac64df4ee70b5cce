"""What is done to a tree before it is kept."""

import subprocess
import sys
from pathlib import Path

from journeyman.judge.environment import finish


def run(tree: Path, own_name: str, *, project: str = "/work/project") -> None:
    script = [sys.executable, "-I", "-S", finish.__file__, str(tree), "/opt/environment/x", project, own_name]
    subprocess.run(script, check=True)


def site(tree: Path) -> Path:
    path = tree / "venv/lib/python3.11/site-packages"
    path.mkdir(parents=True)
    (tree / "venv/bin").mkdir()
    return path


def installed(packages: Path, name: str, *files: str) -> None:
    info = packages / f"{name}-1.0.dist-info"
    info.mkdir()
    for file in files:
        (packages / file).parent.mkdir(parents=True, exist_ok=True)
        (packages / file).write_text("")
    record = [*files, f"{info.name}/RECORD"]
    (info / "RECORD").write_text("".join(f"{file},sha256=x,1\n" for file in record))


def test_the_projects_own_distribution_is_removed_and_no_other(tmp_path: Path) -> None:
    packages = site(tmp_path)
    installed(packages, "my_thing", "my_thing/__init__.py", "my_thing/deep/a.py", "../../../bin/thing")
    installed(packages, "my_thing_core", "my_thing_core/__init__.py")
    run(tmp_path, "My.Thing")
    left = {str(path.relative_to(packages)) for path in packages.rglob("*") if path.is_file()}
    assert left == {"my_thing_core/__init__.py", "my_thing_core-1.0.dist-info/RECORD"}
    assert not (packages / "my_thing").exists()
    assert not (tmp_path / "venv/bin/thing").exists()


def test_a_record_does_not_lead_out_of_the_environment(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    packages = site(tree)
    outside = tmp_path / "precious"
    outside.write_text("kept")
    installed(packages, "own", "own.py")
    record = packages / "own-1.0.dist-info/RECORD"
    record.write_text(f"../../../../../precious,,\n{outside},,\n" + record.read_text())
    run(tree, "own")
    assert outside.read_text() == "kept"


def test_scripts_name_the_interpreter_where_it_will_be(tmp_path: Path) -> None:
    site(tmp_path)
    script = tmp_path / "venv/bin/tool"
    script.write_text(f"#!{tmp_path}/venv/bin/python\nprint('{tmp_path}')\n")
    script.chmod(0o700)
    run(tmp_path, "")
    assert script.read_text().startswith("#!/opt/environment/x/venv/bin/python\n")
    assert script.stat().st_mode & 0o777 == 0o755


def test_workspaces_lead_to_the_tree_under_test(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    (modules / "@us").mkdir(parents=True)
    (modules / "web").mkdir()
    (modules / "@us/lib").symlink_to("../../packages/lib")
    (modules / "alias").symlink_to("web")
    run(tmp_path, "web", project="/work/project/app")
    assert str((modules / "@us/lib").readlink()) == "/work/app/packages/lib"
    assert str((modules / "alias").readlink()) == "web"
    assert not (modules / "web").exists()


def test_everyone_may_read_it_and_nobody_gains_more(tmp_path: Path) -> None:
    folder = tmp_path / "venv/bin"
    folder.mkdir(parents=True)
    for name, mode in (("secret", 0o200), ("tool", 0o4700), ("plain", 0o600)):
        (folder / name).write_text("")
        (folder / name).chmod(mode)
    run(tmp_path, "")
    assert {path.name: oct(path.stat().st_mode & 0o7777) for path in folder.iterdir()} == {
        "secret": "0o644",
        "tool": "0o755",
        "plain": "0o644",
    }
