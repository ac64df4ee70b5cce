"""Whose word it takes to do without a sandbox."""

from pathlib import Path

import pytest

from journeyman.assembly.confinement import require_a_person
from journeyman.domain.errors import UserError
from journeyman.settings import load_settings

UNCONFINED = '[sandbox]\ndriver = "none:"\n'


def test_a_repository_alone_may_not_do_without_a_sandbox() -> None:
    settings = load_settings(UNCONFINED, environment={})
    with pytest.raises(UserError, match="only a person at this machine may") as caught:
        require_a_person(settings)
    assert "--driver none:" in caught.value.remedy
    assert "JOURNEYMAN_SANDBOX" in caught.value.remedy
    require_a_person(load_settings('[sandbox]\ndriver = "bubblewrap:"\n', environment={}))


def test_a_persons_word_beats_the_repositorys() -> None:
    said = load_settings(UNCONFINED, environment={"JOURNEYMAN_SANDBOX": "none:"})
    require_a_person(said)
    assert said.sandbox.driver == "none:"
    assert load_settings(UNCONFINED, environment={"JOURNEYMAN_SANDBOX": "auto"}).sandbox.driver == "auto"
    flagged = load_settings(UNCONFINED, environment={"JOURNEYMAN_SANDBOX": "auto"}).with_driver("none:")
    require_a_person(flagged)
    assert flagged.sandbox.driver == "none:"
    assert load_settings(UNCONFINED, environment={}).with_driver("") == load_settings(UNCONFINED, environment={})


def test_a_repository_alone_may_not_show_more_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/way-out").symlink_to(tmp_path)
    inside, outside = f"{tmp_path}/tools", f"{tmp_path}/tools/way-out"
    person = {"JOURNEYMAN_MOUNTS": f"/opt:{tmp_path}/tools"}
    require_a_person(load_settings(f'[sandbox]\nmounts = ["{inside}"]\n', environment=person))
    for named, env in (
        (inside, {}),
        (outside, person),
        (f"{inside}/../x", person),
        ("/var/run", {"JOURNEYMAN_MOUNTS": ""}),
    ):
        with pytest.raises(UserError, match="only a person at this machine may") as caught:
            require_a_person(load_settings(f'[sandbox]\nmounts = ["{named}"]\n', environment=env))
        assert "JOURNEYMAN_MOUNTS" in caught.value.remedy
