"""Whose word it takes to do without a sandbox."""

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
