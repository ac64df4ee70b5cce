"""Writing back: off unless asked for, and done once however often it is asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from journeyman.adapters.sources.forge_issues import open_github
from journeyman.adapters.sources.jira import open_source as open_jira
from journeyman.adapters.sources.openspec import OpenSpecSource
from journeyman.adapters.sources.text import TextSource
from journeyman.domain.answer import Answer, WriteBack
from journeyman.domain.errors import UserError
from journeyman.domain.service import SERVICES
from journeyman.ports.source import AnsweringSource
from journeyman.settings import Settings, load_settings
from journeyman.testing.services import Asked, Reply, serve

WISHES = WriteBack(comment=True, tick_tasks=True, transition="In Review")
ANSWER = Answer(run="r1", title="Dots", pull_request="https://forge/pr/3", branch="journeyman/r1", wishes=WISHES)
SILENT = replace(ANSWER, wishes=WriteBack())


def settings(name: str, url: str) -> Settings:
    return Settings(services={**SERVICES, name: replace(SERVICES[name], url=url)})


async def test_an_issue_is_commented_on_once() -> None:
    said: list[dict[str, object]] = []

    def answer(asked: Asked) -> Reply:
        if asked.method == "POST":
            assert isinstance(asked.body, dict)
            said.append(asked.body)
        return Reply(body=said if asked.method == "GET" else {}, status=201 if asked.method == "POST" else 200)

    with serve(answer) as server:
        async with open_github("", settings("github", server.url)) as source:
            assert await source.answer("a/b#1", SILENT) == ()
            assert server.asked == []
            assert await source.answer("a/b#1", ANSWER) == ("commented",)
            assert await source.answer("a/b#1", ANSWER) == ("commented already",)
    assert [item["body"] for item in said] == [
        "Journeyman run r1 delivered a change for review: https://forge/pr/3\n\nBranch: journeyman/r1"
    ]


async def test_a_ticket_is_commented_on_linked_and_moved_once() -> None:
    state = {"status": "To Do"}
    comments: list[dict[str, object]] = []

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/comment") and asked.method == "POST":
            assert isinstance(asked.body, dict)
            comments.append(asked.body)
        if asked.path.endswith("/transitions") and asked.method == "POST":
            assert asked.body == {"transition": {"id": "31"}}
            state["status"] = "In Review"
        ways = [{"id": "31", "name": "Review", "to": {"name": "In Review"}}]
        bodies = {
            "comment": {"comments": comments},
            "transitions": {"transitions": ways},
            "AB-7": {"fields": {"status": {"name": state["status"]}}},
        }
        return Reply(body=bodies.get(asked.path.rpartition("/")[2], {}))

    with serve(answer) as server:
        async with open_jira("", settings("jira", server.url)) as source:
            assert await source.answer("AB-7", ANSWER) == ("commented", "linked", "moved to In Review")
            assert await source.answer("AB-7", ANSWER) == ("commented already", "linked", "in In Review already")
            wrong = replace(ANSWER, wishes=WriteBack(transition="Shipped"))
            with pytest.raises(UserError, match=r"no transition leads to `Shipped`(.|\n)*Known from there: Review"):
                await source.answer("AB-7", wrong)
    assert len(comments) == 1
    links = [asked.body for asked in server.asked if asked.path.endswith("/remotelink")]
    assert links[0] == links[1]


async def test_tasks_are_ticked_once_and_optional_ones_stay(tmp_path: Path) -> None:
    tasks = tmp_path / "openspec/changes/dots/tasks.md"
    tasks.parent.mkdir(parents=True)
    tasks.write_text("- [ ] 1.1 a\n- [x] 1.2 b\n- [ ]* 1.3 c\n")
    source = OpenSpecSource()
    assert await source.answer(str(tasks.parent), SILENT) == ()
    assert await source.answer(str(tasks.parent), ANSWER) == ("ticked 1 tasks",)
    assert await source.answer(str(tasks.parent), ANSWER) == ("ticked already",)
    assert tasks.read_text() == "- [x] 1.1 a\n- [x] 1.2 b\n- [ ]* 1.3 c\n"


async def test_archiving_needs_the_official_tool(tmp_path: Path) -> None:
    folder = tmp_path / "openspec/changes/dots"
    folder.mkdir(parents=True)
    archive = replace(ANSWER, wishes=WriteBack(archive=True))
    with pytest.raises(UserError, match="openspec is not installed"):
        await OpenSpecSource(str(tmp_path)).answer(str(folder), archive)
    tool = tmp_path / "openspec-bin/openspec"
    tool.parent.mkdir()
    tool.write_text(
        '#!/bin/sh\nmkdir -p openspec/changes/archive && mv "openspec/changes/$2" openspec/changes/archive/\n'
    )
    tool.chmod(0o755)
    source = OpenSpecSource(f"{tool.parent}:/usr/bin:/bin")
    assert await source.answer(str(folder), archive) == ("archived",)
    assert await source.answer(str(folder), archive) == ("archived already",)


def test_it_is_a_capability_that_not_every_source_has() -> None:
    assert isinstance(OpenSpecSource(), AnsweringSource)
    assert not isinstance(TextSource(), AnsweringSource)


def test_everything_is_off_until_somebody_turns_it_on() -> None:
    assert not load_settings("", environment={}).write_back.wanted
    assert load_settings("[write_back]\ncomment = true\n", environment={}).write_back.wanted
