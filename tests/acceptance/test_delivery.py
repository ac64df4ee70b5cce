"""From a spec to an open pull request: the real command, git, sandbox and log; the forge is a small one on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.conftest import SHOP, Machine, ScriptedServer

from journeyman.testing.git_server import GitServer, serve_git
from journeyman.testing.github import FakeGitHub
from journeyman.testing.services import serve

pytestmark = pytest.mark.slow
FAILING = "test:tests/test_cart.py::test_total"
TOKEN = "t0k3n-that-nobody-may-see"
TOML = '[forge]\nforge = "github:acme/widgets"\nlabels = ["robot"]\n'


@pytest.fixture
def hub(machine: Machine, tmp_path: Path) -> Iterator[tuple[FakeGitHub, GitServer]]:
    machine.project({**SHOP, "journeyman.toml": TOML, "CODEOWNERS": "*.py @ada\n"})
    with serve_git(tmp_path / "served", token=TOKEN) as git:
        git.make("acme/widgets.git", machine.repo)
        known = lambda branch: git.refs("acme/widgets.git").get(f"refs/heads/{branch}", "")  # noqa: E731
        github = FakeGitHub(token=TOKEN, has_branch=known)
        with serve(github.answer) as service:
            machine.environment |= {"GITHUB_API_URL": service.url, "GITHUB_SERVER_URL": git.url, "GH_TOKEN": TOKEN}
            yield github, git


def test_a_run_ends_in_a_draft_pull_request_and_delivering_again_changes_nothing(
    machine: Machine, server: ScriptedServer, hub: tuple[FakeGitHub, GitServer]
) -> None:
    github, git = hub
    before = machine.state()
    done = machine.run(FAILING, "--model", server.model, "--json")
    assert done.status == 0, done.out + done.err
    run = json.loads(done.out.splitlines()[0])["run"]
    (pull,) = github.pulls
    assert pull["draft"] is True
    assert "New: 1 test that failed" in str(pull["body"])
    assert (github.labels, github.reviewers) == ({"1": ["robot"]}, [["ada"]])
    commit = git.refs("acme/widgets.git")[f"refs/heads/journeyman/{run}"]
    assert f"`{commit}`" in str(github.comments[0]["body"])
    assert machine.state() == before
    kinds = done.kinds()
    assert kinds.index("delivery-cleared") < kinds.index("forge-surveyed") < kinds.index("effect-intended")
    exported = machine.journeyman("log", "export", run).out
    again = machine.journeyman("deliver", run, "--repo", str(machine.repo), "--json")
    assert again.status == 0, again.err
    assert json.loads(again.out)["already_there"] is True
    assert machine.journeyman("log", "export", run).out == exported
    assert len(github.pulls) == len(github.comments) == 1
    kept = (machine.home / "journeyman.db").read_bytes()
    assert TOKEN.encode() not in kept + exported.encode() + done.out.encode() + done.err.encode()


def test_an_accepted_change_is_delivered_later_where_one_says(
    machine: Machine, server: ScriptedServer, hub: tuple[FakeGitHub, GitServer]
) -> None:
    github, git = hub
    done = machine.run(FAILING, "--model", server.model, "--deliver", "none", "--json")
    run = json.loads(done.out.splitlines()[0])["run"]
    assert github.pulls == []
    machine.environment["GH_TOKEN"] = "wrong"
    refused = machine.journeyman("deliver", run, "--repo", str(machine.repo))
    assert refused.status == 2
    assert "refuses the token" in refused.err
    assert set(git.refs("acme/widgets.git")) == {"refs/heads/main"}
    machine.environment["GH_TOKEN"] = TOKEN
    delivered = machine.journeyman("deliver", run, "--repo", str(machine.repo))
    assert delivered.status == 0, delivered.err
    assert f"journeyman/{run} made" in delivered.out
    assert machine.journeyman("deliver", "no-such-run", "--repo", str(machine.repo)).status == 2
    assert machine.journeyman("deliver", "../x", "--repo", str(machine.repo)).status == 2
