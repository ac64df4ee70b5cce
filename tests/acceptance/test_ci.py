"""CI of a delivered run, by the real command: started once, heard, repaired, handed over, deployed after a merge."""

import json

import pytest
from tests.acceptance.conftest import GOOD, Machine, ScriptedServer
from tests.acceptance.test_delivery import FAILING, hub

from journeyman.testing.git_server import GitServer
from journeyman.testing.github import FakeGitHub

__all__ = ["hub"]
pytestmark = pytest.mark.slow


def test_from_a_red_pipeline_to_a_repair_a_merge_and_a_deployment(  # noqa: PLR0915 - one story
    machine: Machine, server: ScriptedServer, hub: tuple[FakeGitHub, GitServer]
) -> None:
    github, git = hub
    repo = ("--repo", str(machine.repo))
    done = machine.run(FAILING, "--model", server.model, "--json")
    run = json.loads(done.out.splitlines()[0])["run"]
    commit = git.refs("acme/widgets.git")[f"refs/heads/journeyman/{run}"]

    assert machine.journeyman("ci", "status", run, *repo).status == 26
    started = machine.journeyman("ci", "trigger", run, "workflow:ci.yml", *repo)
    assert "Started 1 https://github.example/runs/1" in started.out, started.err
    assert "nothing was done" in machine.journeyman("ci", "trigger", run, "workflow:ci.yml", *repo).out
    (dispatched,) = github.dispatched
    assert dispatched["ref"] == f"journeyman/{run}"
    assert dispatched["inputs"] == {"run": run, "commit": commit, "pull_request": github.pulls[0]["html_url"]}

    early = machine.journeyman("ci", "deploy", run, "event:deploy", *repo)
    assert early.status == 2
    assert "not merged" in early.err

    github.checks = [
        {"id": 5, "name": "tests on windows", "status": "completed", "conclusion": "failure", "html_url": "u"}
    ]
    github.logs[5] = "E  OSError: cp1252 cannot decode"
    failed = machine.journeyman("ci", "status", run, *repo, "--json")
    assert (failed.status, json.loads(failed.out)["state"]) == (25, "failed")
    server.answer = lambda messages: GOOD if "cp1252" in str(messages) else "I do not know."
    repaired = machine.journeyman("ci", "repair", run, *repo, "--model", server.model)
    assert repaired.status == 0, repaired.out + repaired.err
    assert len(github.pulls) == 2
    runs = [item["run"] for item in json.loads(machine.journeyman("runs", "list", "--json").out)]
    again = machine.journeyman("ci", "repair", runs[0], *repo, "--model", server.model)
    assert again.status == 0, again.err
    assert len(github.pulls) == 3
    runs = [item["run"] for item in json.loads(machine.journeyman("runs", "list", "--json").out)]
    given_up = machine.journeyman("ci", "repair", runs[0], *repo)
    assert given_up.status == 21
    assert "needs a person" in given_up.out
    assert "cp1252" in given_up.out

    merge = {"state": "closed", "merged": True, "merge_commit_sha": "d" * 40}
    github.pulls[0].update(merge, merged_by={"login": "robot[bot]", "type": "Bot"})
    refused = machine.journeyman("ci", "deploy", run, "event:deploy", *repo)
    assert refused.status == 21
    assert "no person" in refused.err
    github.pulls[0].update(merged_by={"login": "ada", "type": "User"})
    assert machine.journeyman("ci", "deploy", run, "event:deploy", *repo).status == 0
    payload = github.dispatched[-1]["client_payload"]
    assert isinstance(payload, dict)
    assert (payload["commit"], payload["ref"], payload["merged_by"]) == ("d" * 40, "main", "ada")
    assert "nothing was done" in machine.journeyman("ci", "deploy", run, "event:deploy", *repo).out
    assert machine.journeyman("log", "verify", run).status == 0
