"""A push to a real git server that wants a token: one commit, one new branch, and the token seen by nobody."""

import base64
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.repository.conftest import Person, changed_commit

from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.remote import GitRemote
from journeyman.repository import GitRepository
from journeyman.testing.git_server import GitServer, serve_git

TOKEN = "t0k3n-that-nobody-may-see"
BRANCH = "journeyman/answer-43"


async def credential() -> str:
    return "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@pytest.fixture
def server(tmp_path: Path, person: Person) -> Iterator[GitServer]:
    with serve_git(tmp_path / "served", token=TOKEN) as running:
        running.make("acme/widgets.git", person.root)
        yield running


def remote_of(repository: GitRepository, server: GitServer, name: str = "acme/widgets.git") -> GitRemote:
    return repository.remote(f"{server.url}/{name}", authorization=credential, environment={})


async def test_a_push_makes_one_branch_with_one_commit(repository: GitRepository, server: GitServer) -> None:
    before = server.refs("acme/widgets.git")
    remote, commit = remote_of(repository, server), await changed_commit(repository)
    assert await remote.push(commit, BRANCH) is True
    assert server.refs("acme/widgets.git") == {**before, f"refs/heads/{BRANCH}": commit}
    assert server.git("acme/widgets.git", "show", f"{commit}:src/app.py") == "def answer():\n    return 43"
    assert await remote.push(commit, BRANCH) is False
    assert await remote.tips("main", BRANCH, "nothing") == {"main": before["refs/heads/main"], BRANCH: commit}


async def test_a_branch_that_is_there_is_never_moved(repository: GitRepository, server: GitServer) -> None:
    remote, commit = remote_of(repository, server), await changed_commit(repository)
    server.git("acme/widgets.git", "branch", BRANCH)
    before = server.refs("acme/widgets.git")
    with pytest.raises(UserError, match="exists there and points at"):
        await remote.push(commit, BRANCH)
    assert server.refs("acme/widgets.git") == before


async def test_a_branch_that_appears_meanwhile_is_never_moved(repository: GitRepository, server: GitServer) -> None:
    """The first look finds nothing; somebody makes the branch while the push is in the air."""
    remote, commit = remote_of(repository, server), await changed_commit(repository)
    moments: list[str] = []

    def meanwhile(moment: str) -> None:
        moments.append(moment)
        if server.asked and server.asked[-1][1].endswith("info/refs") and moments.count("before") == 4:
            server.git("acme/widgets.git", "update-ref", f"refs/heads/{BRANCH}", "refs/heads/main")

    server.around = meanwhile
    with pytest.raises(UserError, match=r"exists there|refuses the push"):
        await remote.push(commit, BRANCH)
    refs = server.refs("acme/widgets.git")
    assert refs[f"refs/heads/{BRANCH}"] == refs["refs/heads/main"]


async def test_the_base_is_looked_for_in_what_the_target_has_by_now(
    person: Person, repository: GitRepository, server: GitServer, tmp_path: Path
) -> None:
    base = (await repository.snapshot("")).commit
    other = Person(tmp_path / "other")
    other.git("pull", "-q", str(person.root), "main")
    other.write("new.txt", "meanwhile")
    moved = other.commit("meanwhile")
    other.git("push", "-q", str(server.root / "acme/widgets.git"), "HEAD:main")
    unpushed = person.commit("never pushed")
    refs = person.git("for-each-ref")
    remote = remote_of(repository, server)
    assert (await remote.tips("main"))["main"] == moved
    assert await remote.holds(base, "main")
    assert not await remote.holds(unpushed, "main")
    assert person.git("for-each-ref") == refs
    assert not (person.root / ".git/FETCH_HEAD").exists()


async def test_a_refused_token_is_said_without_the_token(repository: GitRepository, server: GitServer) -> None:
    server.token = "another"
    with pytest.raises(UserError, match="refuses the credential") as refused:
        await remote_of(repository, server).tips("main")
    assert TOKEN not in str(refused.value)
    assert (await credential()) not in str(refused.value)


async def test_an_unknown_repository_and_a_silent_server_are_told_apart(
    repository: GitRepository, server: GitServer
) -> None:
    with pytest.raises(UserError, match="does not know"):
        await remote_of(repository, server, "acme/nothing.git").tips("main")
    silent = repository.remote("http://127.0.0.1:9/x.git", authorization=credential, environment={})
    with pytest.raises(AdapterError) as failed:
        await silent.tips("main")
    assert failed.value.retryable


@pytest.mark.parametrize(
    "url",
    [
        "http://forge.example/x.git", "ssh://git@forge.example/x.git", "ext::sh -c id", "file:///etc", "/etc",
        "https://user:secret@forge.example/x.git", "https://forge.example/x y.git", "--upload-pack=id",
    ],
)  # fmt: skip
def test_only_https_takes_a_credential(url: str, repository: GitRepository) -> None:
    with pytest.raises(UserError, match="cannot be pushed to") as refused:
        repository.remote(url, authorization=credential, environment={})
    assert "secret" not in str(refused.value)


async def test_the_person_s_configuration_has_no_part_in_a_push(
    person: Person, repository: GitRepository, server: GitServer, tmp_path: Path
) -> None:
    """Rewriting rules, hooks and helpers of the repository would send the commit, or the token, elsewhere."""
    elsewhere = tmp_path / "elsewhere.git"
    person.git("clone", "-q", "--bare", ".", str(elsewhere))
    person.git("config", f"url.{elsewhere}.insteadOf", server.url)
    person.git("config", f"url.{elsewhere}.pushInsteadOf", server.url)
    person.git("config", "http.proxy", "http://127.0.0.1:9")
    person.git("config", "credential.helper", f"!touch {tmp_path}/was-helped")
    hook = person.write(".git/hooks/pre-push", f"#!/bin/sh\ntouch {tmp_path}/was-hooked\n")
    hook.chmod(0o755)
    commit = await changed_commit(repository)
    await remote_of(repository, server).push(commit, BRANCH)
    assert server.refs("acme/widgets.git")[f"refs/heads/{BRANCH}"] == commit
    assert not list(tmp_path.glob("was-*"))
    assert BRANCH not in person.git("--git-dir", str(elsewhere), "branch", "--list")


async def test_a_redirect_does_not_take_the_token_elsewhere(repository: GitRepository, server: GitServer) -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Redirect(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"{server.url}/acme/widgets.git/info/refs?service=git-upload-pack")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    lure = HTTPServer(("127.0.0.1", 0), Redirect)
    threading.Thread(target=lure.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{lure.server_port}/acme/widgets.git"
    with pytest.raises((UserError, AdapterError)):
        await repository.remote(url, authorization=credential, environment={}).tips("main")
    lure.shutdown()
    lure.server_close()
    assert server.asked == []


async def test_the_token_is_on_no_command_line(repository: GitRepository, server: GitServer) -> None:
    """While a push hangs in the air, every command line on this machine is read."""
    if not sys.platform.startswith("linux"):
        pytest.skip("reads /proc")
    hold = threading.Event()

    def wait(moment: str) -> None:
        if moment == "before":
            hold.wait(30)

    server.around = wait
    secret = (await credential()).removeprefix("Basic ")
    seen: list[bytes] = []

    def look() -> None:
        for _ in range(40):
            listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, check=True).stdout
            seen.append(listing)
            if b"git-remote-http" in listing or b"remote-http" in listing:
                break
        hold.set()

    watcher = threading.Thread(target=look)
    watcher.start()
    await remote_of(repository, server).tips("main")
    watcher.join()
    assert any(b"remote-http" in listing for listing in seen)
    assert not any(secret.encode() in listing or TOKEN.encode() in listing for listing in seen)
