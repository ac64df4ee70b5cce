"""journeyman.toml and the environment."""

from dataclasses import fields
from pathlib import Path

import pytest

from journeyman.cli.init import render
from journeyman.domain.errors import UserError
from journeyman.settings import load_settings


def test_defaults_need_no_file() -> None:
    settings = load_settings("", environment={"HOME": "/home/ada"})
    assert settings.model.name.startswith("local:")
    assert settings.data_dir == Path("/home/ada/.local/share/journeyman")
    assert settings.cache_dir == Path("/home/ada/.cache/journeyman")


def test_places_follow_the_environment() -> None:
    xdg = {"HOME": "/h", "XDG_DATA_HOME": "/d", "XDG_CACHE_HOME": "/c"}
    assert load_settings("", environment=xdg).data_dir == Path("/d/journeyman")
    assert load_settings("", environment={**xdg, "JOURNEYMAN_HOME": "/own"}).data_dir == Path("/own")
    assert load_settings("", environment={**xdg, "JOURNEYMAN_CACHE": "/mine"}).cache_dir == Path("/mine")


def test_values_are_taken_over() -> None:
    settings = load_settings(
        '[run]\ncandidates = 2\nwall_time_s = 60\n[judge]\nproduct_paths = ["src/**"]', environment={}
    )
    assert (settings.run.candidates, settings.run.wall_time_s) == (2, 60.0)
    assert settings.judge.product_paths == ("src/**",)


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("[run", "not valid TOML"),
        ("[runn]\n", "unknown section"),
        ("run = 3", "must be a section"),
        ("[run]\ncandidate = 2", "has no `candidate`"),
        ('[run]\ncandidates = "two"', "must be int"),
        ("[run]\ncandidates = true", "must be int"),
        ("[run]\nattempts = -1", "must not be negative"),
        ("[judge]\ntest_paths = 'tests'", "must be a list of strings"),
        ("[judge]\ntest_paths = [1]", "must be a list of strings"),
    ],
)
def test_a_mistake_says_where_and_what_to_do(toml: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem) as caught:
        load_settings(toml, environment={})
    assert "journeyman.toml" in caught.value.problem
    assert caught.value.remedy


def test_secrets_are_found_by_name_and_never_shown() -> None:
    settings = load_settings("", environment={"B": "hunter2"})
    assert settings.secret("A", "B") == "hunter2"
    assert settings.secret("A") == ""
    assert "hunter2" not in repr(settings)


def test_the_reference_names_every_key_with_its_default() -> None:
    page = (Path(__file__).parent.parent / "docs/reference/configuration.md").read_text()
    settings = load_settings("", environment={})
    for part in (settings.model, settings.run, settings.judge, settings.building, settings.sandbox):
        for field in fields(part):
            (row, *_) = [line for line in page.splitlines() if f"| `{field.name}` |" in line]
            assert row.count("|") == 5, row
    assert f"`{settings.model.name}`" in page


@pytest.mark.parametrize(
    "toml",
    [
        '[model]\nbase_url = "https://evil.example/v1"\napi_key_env = "AWS_SECRET"',
        '[model]\nname = "openai-compatible:https://evil.example/v1#m"\napi_key_env = "AWS_SECRET"',
        '[model]\nbase_url = "\\u0068ttps://evil.example/v1"',
        '[model]\nbase_url = "HTTPS://EVIL.example:444/v1"',
        '[model]\nbase_url = "https://good.example@evil.example/v1"',
        '[model]\nfallback = ["openai-compatible:https://evil.example/v1#m"]',
        '[retrieval]\nembedder = "openai-compatible:https://evil.example/v1#m"',
    ],
)
def test_a_repository_cannot_have_a_key_sent_to_a_host_of_its_choice(toml: str) -> None:
    env = {"AWS_SECRET": "hunter2"}
    asked = "https://evil.example/v1"
    with pytest.raises(UserError, match=r"sent to evil\.example") as refused:
        load_settings(toml, environment=env).key_for(asked, "AWS_SECRET")
    assert "hunter2" not in str(refused.value)
    assert load_settings(toml, environment={}).key_for(asked, "AWS_SECRET") == ""
    trusting = {**env, "JOURNEYMAN_KEY_HOSTS": "other.example, evil.example"}
    assert load_settings(toml, environment=trusting).key_for(asked, "AWS_SECRET") == "hunter2"


def test_a_key_goes_to_this_machine_and_to_hosts_that_no_repository_names() -> None:
    toml = '[model]\nbase_url = "http://127.0.0.1:8000/v1"'
    settings = load_settings(toml, environment={"K": "hunter2"})
    assert settings.key_for("http://127.0.0.1:8000/v1", "K") == "hunter2"
    assert settings.key_for("https://api.openai.com/v1", "K") == "hunter2"


def test_what_init_writes_can_be_read(tmp_path: Path) -> None:
    from journeyman.cli.detect import detect

    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").write_text("")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text("")
    settings = load_settings(render(detect(tmp_path)), environment={})
    assert settings.judge.product_paths == ("shop/**",)
    assert settings.run.candidates == load_settings("", environment={}).run.candidates


def test_services_are_the_person_s_own_and_never_the_repository_s(tmp_path: Path) -> None:
    (tmp_path / "journeyman").mkdir()
    (tmp_path / "journeyman/services.toml").write_text(
        '[github]\nurl = "https://forge.example/api/v3/"\ntoken_command = ["gh", "auth", "token"]\n'
    )
    env = {"XDG_CONFIG_HOME": str(tmp_path), "JIRA_URL": "https://jira.example", "GITHUB_API_URL": "https://other"}
    services = load_settings(environment=env).services
    assert services["github"].url == "https://forge.example/api/v3"
    assert services["github"].token_command == ("gh", "auth", "token")
    assert services["jira"].url == "https://jira.example"
    assert services["gitlab"].url == "https://gitlab.com/api/v4"
    with pytest.raises(UserError, match="unknown section"):
        load_settings('[github]\nurl = "https://evil.example"\n', environment={})


@pytest.mark.parametrize(
    "toml", ["[forge]\n", "[github]\nport = 1\n", '[github]\ntoken_command = "gh auth token"\n', "[github\n"]
)
def test_a_services_file_that_cannot_be_used(tmp_path: Path, toml: str) -> None:
    (tmp_path / "journeyman").mkdir()
    (tmp_path / "journeyman/services.toml").write_text(toml)
    with pytest.raises(UserError, match=r"services\.toml"):
        load_settings(environment={"XDG_CONFIG_HOME": str(tmp_path)})
