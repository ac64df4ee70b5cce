"""A change in a real repository, a real git server for the branch, and a forge behind HTTP for all else."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.adapters.forges.openapi import GITHUB, violations
from tests.repository.conftest import ANSWER_43, Person

from journeyman.adapters.forges.hosted import HostedForge
from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery, Wishes, marker
from journeyman.domain.service import SERVICES
from journeyman.plugins import find_factory
from journeyman.repository import GitRepository, open_repository
from journeyman.settings import Settings
from journeyman.stages.deliver import deliver
from journeyman.testing.git_server import GitServer, serve_git
from journeyman.testing.github import FakeGitHub
from journeyman.testing.services import FakeService, serve

TOKEN = "t0k3n-that-nobody-may-see"
RUN = "20261122-153012-abcdefg"
WISHES = Wishes(labels=("journeyman",), reviewers=("ada", "acme/core"), receipt=True)


@dataclass
class Scene:
    """Everything a delivery needs."""

    person: Person
    repository: GitRepository
    git: GitServer
    change: Change
    url: str = ""
    service: str = "github"

    def settings(self, **given: str) -> Settings:
        service = replace(SERVICES[self.service], url=self.url, git_url=self.git.url, **given)  # type: ignore[arg-type]
        return Settings(services={self.service: service}, environment={service.token_env[0]: TOKEN})

    @asynccontextmanager
    async def forge(self, rest: str = "acme/widgets", **given: str) -> AsyncIterator[HostedForge]:
        factory: object = find_factory("forges", self.service)
        async with factory(rest, self.settings(**given), self.repository) as forge:  # type: ignore[operator]
            yield forge

    async def deliver(self, wishes: Wishes = WISHES, rest: str = "acme/widgets", **given: str) -> Delivery:
        async with self.forge(rest, **given) as forge:
            return await deliver(self.change, forge=forge, repository=self.repository, wishes=wishes)

    def branches(self) -> dict[str, str]:
        return {name.removeprefix("refs/heads/"): commit for name, commit in self.git.refs("acme/widgets.git").items()}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    person = Person(tmp_path / "project")
    person.write("src/app.py", "def answer():\n    return 42\n")
    person.commit("the beginning")
    repository = open_repository(person.root, stores_dir=tmp_path / "stores")
    base = await repository.snapshot("")
    tree = await repository.overlay(base.tree, (ANSWER_43,))
    change = Change(
        run=RUN, base=base.commit, target="main", tree=tree, branch=f"journeyman/{RUN}", title="Answer 43",
        body=f"Because.\n\n{marker(RUN)}\n", message="Answer 43\n",
    )  # fmt: skip
    with serve_git(tmp_path / "served", token=TOKEN) as git:
        git.make("acme/widgets.git", person.root)
        yield Scene(person, repository, git, change)


@pytest.fixture
def github(scene: Scene) -> Iterator[FakeGitHub]:
    """A GitHub whose every request is held against GitHub's own document."""
    fake = FakeGitHub(token=TOKEN, has_branch=lambda branch: scene.branches().get(branch, ""))
    with serve(fake.answer) as service:
        scene.url = service.url
        yield fake
    assert_official(service)


def assert_official(service: FakeService) -> None:
    wrong = {f"{asked.method} {asked.path}": found for asked in service.asked if (found := violations(GITHUB, asked))}
    assert not wrong
