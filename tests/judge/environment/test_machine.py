"""The machine's configuration: read as data, and only what it says about indexes."""

from pathlib import Path

from journeyman.judge.environment.machine import machine_indexes
from journeyman.settings import EnvironmentSettings


def environment(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), "XDG_CONFIG_DIRS": str(home / "xdg"), **more}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_person_s_pip_configuration_is_honoured(tmp_path: Path) -> None:
    (tmp_path / "index/simple").mkdir(parents=True)
    (tmp_path / "wheels").mkdir()
    write(
        tmp_path / ".config/pip/pip.conf",
        f"[global]\nindex-url = https://mirror.example/simple\nextra-index-url =\n    file://{tmp_path}/index/simple\n"
        f"    https://other.example/simple\nfind_links = {tmp_path}/wheels\n",
    )
    found = machine_indexes(environment(tmp_path), EnvironmentSettings())
    assert found.python == "https://mirror.example/simple"
    assert found.python_extra == (f"file://{tmp_path}/index/simple", "https://other.example/simple")
    assert found.python_links == (f"{tmp_path}/wheels",)
    # Pages of `simple` link to files beside it.
    assert [mount.target for mount in found.mounts] == [f"{tmp_path}/index", f"{tmp_path}/wheels"]


def test_the_environment_wins_over_files_and_the_settings_over_both(tmp_path: Path) -> None:
    write(tmp_path / ".pip/pip.conf", "[global]\nindex-url = https://file.example/simple\n")
    write(
        tmp_path / ".npmrc",
        "registry = 'https://npm.example/'\n//npm.example/:_authToken=secret\n@us:registry=https://x/\n",
    )
    env = environment(
        tmp_path, PIP_INDEX_URL="https://variable.example/simple", PIP_EXTRA_INDEX_URL="https://extra.example/"
    )
    found = machine_indexes(env, EnvironmentSettings())
    assert (found.python, found.npm) == ("https://variable.example/simple", "https://npm.example/")
    assert "secret" not in repr(found)
    settings = EnvironmentSettings(
        index_url="https://ours.example/simple", npm_registry="https://n.example/", hosts=("cdn.example",)
    )
    ours = machine_indexes(env, settings)
    assert (ours.python, ours.python_extra, ours.npm, ours.hosts) == (
        "https://ours.example/simple",
        (),
        "https://n.example/",
        ("cdn.example",),
    )


def test_a_damaged_configuration_says_nothing(tmp_path: Path) -> None:
    write(tmp_path / ".config/pip/pip.conf", "index-url = no section\n[[[")
    assert machine_indexes(environment(tmp_path), EnvironmentSettings()).npm
