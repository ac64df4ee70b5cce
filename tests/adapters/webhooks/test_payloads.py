"""Payloads: what is of use is found in each sender's own shape, and nothing breaks on the rest."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.adapters.webhooks.payloads import Heard, parse
from journeyman.domain.errors import UserError

EXAMPLES = "@octokit/webhooks-examples@7.6.1"
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["action", "pull_request", "head", "ref", "sender", "login", "workflow_run", "number", "merged"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


def heard(name: str, payload: Any) -> Heard:
    return parse(name, json.dumps(payload).encode())


def test_a_finished_workflow_of_github() -> None:
    found = heard(
        "workflow_run",
        {
            "action": "completed",
            "workflow_run": {
                "name": "ci", "head_branch": "journeyman/r1", "head_sha": "c" * 40, "status": "completed",
                "conclusion": "failure", "html_url": "https://github.example/runs/1",
            },
            "repository": {"full_name": "acme/widgets"}, "sender": {"login": "ada", "type": "User"},
        },
    )  # fmt: skip
    assert (found.name, found.action, found.state, found.title) == ("workflow_run", "completed", "failure", "ci")
    assert (found.repository, found.branch, found.commit) == ("acme/widgets", "journeyman/r1", "c" * 40)
    assert (found.actor, found.actor_type, found.merged) == ("ada", "User", False)


def test_a_merged_pull_request_of_github() -> None:
    pull = {"number": 7, "merged": True, "head": {"ref": "journeyman/r1", "sha": "c" * 40}, "title": "t"}
    found = heard("pull_request", {"action": "closed", "pull_request": pull})
    assert (found.number, found.merged, found.branch) == (7, True, "journeyman/r1")


def test_a_pipeline_and_a_merge_of_gitlab() -> None:
    attributes = {"ref": "journeyman/r1", "sha": "d" * 40, "status": "failed", "iid": 3}
    found = heard(
        "Pipeline Hook",
        {"object_kind": "pipeline", "object_attributes": attributes, "project": {"path_with_namespace": "a/b"}},
    )
    assert (found.branch, found.commit, found.state, found.repository) == ("journeyman/r1", "d" * 40, "failed", "a/b")
    merge = {
        "source_branch": "journeyman/r1",
        "last_commit": {"id": "e" * 40},
        "state": "merged",
        "iid": 4,
        "action": "merge",
    }
    found = heard("Merge Request Hook", {"object_kind": "merge_request", "object_attributes": merge})
    assert (found.merged, found.number, found.commit, found.action) == (True, 4, "e" * 40, "merge")


def test_a_ticket_of_jira() -> None:
    assert heard("", {"webhookEvent": "jira:issue_updated", "issue": {"key": "A-1"}}).name == "jira:issue_updated"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(UserError, match="not a JSON object"):
        parse("push", body)


@given(payload=st.dictionaries(st.sampled_from(["action", "pull_request", "workflow_run", "object_attributes", "sender", "ref"]), _JSON))  # fmt: skip
def test_no_shape_breaks_it(payload: dict[str, object]) -> None:
    found = heard("x", payload)
    assert found.name == "x"
    assert isinstance(found.number, int)


@pytest.mark.slow
def test_github_s_own_examples_all_parse() -> None:
    """Three hundred payloads that GitHub sent, of every kind of event."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm")
    tools = Path.home() / ".cache/journeyman/test-tools"
    place = tools / "node_modules/@octokit/webhooks-examples/api.github.com/index.json"
    if not place.exists():
        tools.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "install", "--prefix", str(tools), "--no-audit", "--no-fund", EXAMPLES], capture_output=True
        )
        if done.returncode:
            pytest.skip(f"{EXAMPLES} cannot be installed here")
    parsed = [
        (event["name"], example, heard(event["name"], example))
        for event in json.loads(place.read_text("utf-8"))
        for example in event["examples"]
    ]
    assert len(parsed) == 329
    for name, example, found in parsed:
        assert found.name == name
        assert found.action == example.get("action", "")
        assert found.repository == example.get("repository", {}).get("full_name", "")
        assert found.actor == example.get("sender", {}).get("login", "")
    runs = [found for name, _, found in parsed if name == "workflow_run"]
    assert all(found.commit and found.branch and found.url for found in runs)
    pulls = [found for name, _, found in parsed if name == "pull_request"]
    assert all(found.number and found.commit and found.branch for found in pulls)
