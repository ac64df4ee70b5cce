"""`kill -9` at each step of a delivery, a hundred times: exactly one branch, one pull request, one comment.

A delivery makes some fifteen requests, to the forge and to git. It is killed just before each of them is carried
out, just after (so that the answer never arrives), and at a hundred moments less in between; then it is delivered
again, in peace.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.adapters.forges.conftest import assert_official
from tests.repository.conftest import ANSWER_43, Person

from journeyman.assembly import read_spec
from journeyman.domain.change import Change
from journeyman.domain.delivery import marker
from journeyman.domain.event import CandidateVerified, ChangeProposed, Event, RunStarted, SpecIngested
from journeyman.eventlog.log import open_log
from journeyman.eventlog.verify import audit
from journeyman.repository import open_repository
from journeyman.settings import Settings
from journeyman.testing.git_server import GitServer, serve_git
from journeyman.testing.github import FakeGitHub
from journeyman.testing.services import Asked, Reply, serve

pytestmark = pytest.mark.slow
TOKEN = "t0k3n-that-nobody-may-see"
KILLS = 100
SPEC = "text:Answer 43"


@dataclass
class Reaper:
    """Kills the process that asks, at the request that it is told."""

    github: FakeGitHub
    pid: int = 0
    at: int = -1
    """Which request, 0-based; negative for none."""
    before: bool = True
    seen: int = 0
    killed: bool = False
    begun: threading.Event = field(default_factory=threading.Event)

    def aim(self, at: int, *, before: bool) -> None:
        self.at, self.before, self.seen, self.killed = at, before, 0, False
        self.begun.clear()

    def answer(self, asked: Asked) -> Reply:
        self.moment("before")
        if self.killed:
            return Reply(status=503)
        reply = self.github.answer(asked)
        self.moment("after")
        return reply

    def moment(self, which: str) -> None:
        self.begun.wait(20)
        if self.seen == self.at and self.before is (which == "before"):
            self.kill()
        self.seen += which == "after" or self.killed

    def kill(self) -> None:
        self.killed = True
        os.kill(self.pid, signal.SIGKILL)


class World:
    """The deliverer, the forge and the git server."""

    def __init__(self, deliverer: "subprocess.Popen[str]", reaper: Reaper, git: GitServer) -> None:
        self.deliverer, self.reaper, self.git = deliverer, reaper, git

    def deliver(self, run: str, *, kill_after_s: float | None = None) -> int:
        """Return the status of the process; a negative number is the signal that killed it."""
        assert self.deliverer.stdin is not None
        assert self.deliverer.stdout is not None
        self.deliverer.stdin.write(f"{run}\n")
        self.deliverer.stdin.flush()
        self.reaper.pid = int(self.deliverer.stdout.readline().split()[1])
        self.reaper.begun.set()
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            with suppress(ProcessLookupError):  # it was quicker
                os.kill(self.reaper.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(int(self.deliverer.stdout.readline().split()[1]))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    person = Person(tmp_path / "project")
    person.write("src/app.py", "def answer():\n    return 42\n")
    person.commit("the beginning")
    with serve_git(tmp_path / "served", token=TOKEN) as git:
        git.make("acme/widgets.git", person.root)
        known = lambda branch: git.refs("acme/widgets.git").get(f"refs/heads/{branch}", "")  # noqa: E731
        reaper = Reaper(FakeGitHub(token=TOKEN, has_branch=known))
        git.around = reaper.moment
        with serve(reaper.answer) as service:
            environment = {
                "PATH": os.defpath, "HOME": str(tmp_path), "JOURNEYMAN_HOME": str(tmp_path / "home"),
                "GITHUB_API_URL": service.url, "GITHUB_SERVER_URL": git.url, "GH_TOKEN": TOKEN,
            }  # fmt: skip
            command = [sys.executable, str(Path(__file__).parent / "deliverer.py"), str(person.root)]
            with subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as deliverer:
                yield World(deliverer, reaper, git)
                assert deliverer.stdin is not None
                deliverer.stdin.close()
            asked = [one for one in service.asked if one.path.startswith("/repos")]
            service.asked[:] = asked[:60]
            assert_official(service)


async def told(home: Path, repo: Path, runs: list[str]) -> None:
    """Write what each run's log says when its change has been accepted."""
    repository = open_repository(repo, stores_dir=home / "stores")
    base = await repository.snapshot("")
    tree = await repository.overlay(base.tree, (ANSWER_43,))
    spec = await read_spec(SPEC, Settings())
    async with open_log(home / "journeyman.db") as log:
        for run in runs:
            change = Change(
                run=run, base=base.commit, target="main", tree=tree, branch=f"journeyman/{run}", title="Answer 43",
                body=f"Because.\n\n{marker(run)}\n", message=f"Answer 43\n\nJourneyman-Run: {run}\n",
            )  # fmt: skip
            events: tuple[Event, ...] = (
                RunStarted(spec_locator=SPEC, base=base.commit, base_ref="main", model="m", strategy="direct",
                           candidates=1, budget="{}", version="0"),
                SpecIngested(title="Answer 43", spec_digest=spec.digest, source_digest=spec.source.digest, author="",
                             trust="local", criteria=(), body=""),
                CandidateVerified(candidate="0.1", tree=tree, verdict="accepted", tests=1, passed=1,
                                  newly_passing=(), findings=(), duration_s=1.0),
                ChangeProposed(candidate="0.1", base=base.commit, target="main", tree=tree, branch=change.branch,
                               title=change.title, body=await log.keep(change.body.encode()),
                               message=await log.keep(change.message.encode())),
            )  # fmt: skip
            for number, event in enumerate(events):
                await log.run(run).append(event, key=f"told/{number}")


async def test_a_delivery_that_is_killed_anywhere_happens_once(world: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    runs = [f"20261122-153012-{number:07d}" for number in range(KILLS + 1)]
    await told(home, tmp_path / "project", runs)
    world.reaper.aim(-1, before=True)
    began = time.monotonic()
    assert world.deliver(runs[0]) == 0
    whole_s, requests = time.monotonic() - began, world.reaper.seen
    assert requests >= 12
    points = [(at, before) for at in range(requests) for before in (True, False)]
    killed = 0
    for number, run in enumerate(runs[1:]):
        at, before = points[number] if number < len(points) else (-1, True)
        world.reaper.aim(at, before=before)
        moment_s = None if at >= 0 else 0.8 * whole_s * (number - len(points)) / (KILLS - len(points))
        killed += world.deliver(run, kill_after_s=moment_s) == -signal.SIGKILL
        world.reaper.aim(-1, before=True)
        assert world.deliver(run) == 0
    assert killed >= KILLS // 2
    heads = {name for name in world.git.refs("acme/widgets.git") if "journeyman" in name}
    assert heads == {f"refs/heads/journeyman/{run}" for run in runs}
    pulls, comments = world.reaper.github.pulls, world.reaper.github.comments
    branches = [str(pull["head"]["ref"]) for pull in pulls if isinstance(pull["head"], dict)]
    assert sorted(branches) == sorted(f"journeyman/{run}" for run in runs)
    assert sorted(int(str(comment["on"])) for comment in comments) == list(range(1, len(runs) + 1))
    async with open_log(home / "journeyman.db") as log:
        for run in runs:
            assert (await audit(log, run)).intact
            kinds = [record.event.kind for record in await log.records(run)]
            assert kinds.count("change-delivered") == 1
    assert TOKEN.encode() not in (home / "journeyman.db").read_bytes()
