"""Every attack is first shown to bite a host that runs git in the agent's tree, then to fail here."""

from pathlib import Path

import pytest
from tests.conformance.git.scene import hardened_host, hardened_scene, make_template, naive_host, naive_scene
from tests.conformance.git.vectors import VECTORS, Vector


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.mark.slow
@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.naive], ids=lambda vector: vector.id)
def test_the_attack_bites_a_naive_host(template: Path, tmp_path: Path, vector: Vector) -> None:
    scene = naive_scene(template, tmp_path / "scene")
    vector.plant(scene)
    assert vector.naive in naive_host(scene, vector.steps), vector.title


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.id)
async def test_the_attack_fails_here(template: Path, tmp_path: Path, vector: Vector) -> None:
    scene, tree = await hardened_scene(template, tmp_path / "scene")
    vector.plant(scene)
    scene.marker.unlink(missing_ok=True)  # an agent may run what it likes in its own tree while it works
    harm, reasons = await hardened_host(scene, tree, vector.limits)
    assert harm == set(), vector.title
    assert reasons == tuple(sorted(vector.refused)), vector.title


def test_an_honest_change_passes_a_naive_host_unharmed(template: Path, tmp_path: Path) -> None:
    scene = naive_scene(template, tmp_path / "scene")
    scene.write("src/app.py", "def answer():\n    return 43\n")
    assert naive_host(scene, ()) == set()


async def test_an_honest_change_arrives_whole(template: Path, tmp_path: Path) -> None:
    scene, tree = await hardened_scene(template, tmp_path / "scene")
    scene.write("src/app.py", "def answer():\n    return 43\n")
    scene.write("tests/test_new.py", "def test_new():\n    assert True\n")
    assert await hardened_host(scene, tree) == (set(), ())
    shown = scene.git("--git-dir=../project/.git", "show", "--stat", "--format=", "journeyman/work")
    assert "src/app.py" in shown
    assert "tests/test_new.py" in shown
