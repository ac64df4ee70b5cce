"""Replay: recorded answers, by the step they were given in."""

import dataclasses
import json

import pytest

from journeyman.domain.errors import AdapterError, SpentError, UserError
from journeyman.domain.event import Event, ModelCalled, MoveChosen, RunEnded, RunStarted, SpecIngested
from journeyman.domain.exchange import read_completion, write_completion
from journeyman.domain.plain_data import to_json
from journeyman.domain.prompt import Completion, Prompt, Role, Tool, ToolCall, ToolResult, Turn
from journeyman.domain.run import Order, Variety
from journeyman.domain.spec import OracleTest, Source, Spec
from journeyman.domain.usage import Budget, Usage
from journeyman.eventlog.record import RecordedModel, prompt_text
from journeyman.eventlog.replay import load_replay, recording_lines
from journeyman.ports.events import Step
from journeyman.testing.events import MemoryLog
from journeyman.testing.models import ScriptedModel

RUN = "r"
SPEC = Spec(
    title="t",
    intent="i",
    source=Source(locator="text:i", digest="d"),
    oracle_tests=(OracleTest(path="tests/test_a.py", content=b"\xff\x00bytes"),),
)
ORDER = Order(
    spec="text:i", model="m:1", models=("m:1", "m:2"), variety=Variety.WORDS, budget=Budget(cost_usd=2.0, tokens=None)
)
TOOLS = (Tool(name="run", description="Run.", parameters="{}"),)
CALLS = (ToolCall(id="c1", name="run", arguments='{"argv": ["ls"'),)


def prompt(words: str) -> Prompt:
    said = Turn(role=Role.MODEL, text="", calls=CALLS)
    answered = Turn(role=Role.USER, text="", results=(ToolResult(call_id="c1", name="run", text="a.py", failed=True),))
    return Prompt(name="generate", system="s", turns=(Turn(role=Role.USER, text=words), said, answered), tools=TOOLS)


async def completion(text: str) -> Completion:
    made = await ScriptedModel([text]).complete(prompt(text))
    return dataclasses.replace(made, calls=CALLS, native='[{"signature": "\\ud800"}]')


async def recorded(*steps: tuple[str, tuple[str, ...]], reason: str = "time is up") -> MemoryLog:
    """Record one answer for each word of each step, and who moved on after them."""
    log = MemoryLog()
    root = Step(log.run(RUN), "run")
    started = RunStarted(
        spec_locator="text:i", base="c", base_ref="main", model="m", strategy="direct", candidates=1, budget="{}",
        version="1", order=to_json(ORDER).decode(),
    )  # fmt: skip
    await root.append(started)
    ingest = root.child("ingest")
    body = await ingest.keep(to_json(SPEC))
    ingested = SpecIngested(
        title="t", spec_digest=SPEC.digest, source_digest="d", author="", trust="local", criteria=(), body=body,
        spec_body=body,
    )  # fmt: skip
    await ingest.append(ingested)
    for name, words in steps:
        step = root.child(name)
        await step.append(MoveChosen(lineage=0, move="generate", reason=""))
        model = RecordedModel(ScriptedModel([await completion(word) for word in words]), step)
        for word in words:
            await model.complete(prompt(word))
    await root.append(_ended(reason))
    return log


def _ended(reason: str) -> Event:
    return RunEnded(outcome="abandoned", cause="budget", reason=reason, attempts=1, usage=Usage(), duration_s=1.0)


async def test_order_spec_and_answers_come_back_whole() -> None:
    log = await recorded(("lineage-0/attempt-1", ("one", "two")), ("lineage-0/attempt-2", ()))
    replay = await load_replay(log, RUN)
    assert (replay.order, replay.spec) == (ORDER, SPEC)
    model = replay.model("run/lineage-0/attempt-1")
    assert await model.complete(prompt("one")) == await completion("one")
    assert await model.complete(prompt("two")) == await completion("two")
    assert (replay.given, replay.recorded, replay.divergence) == (2, 0, None)


async def test_each_lineage_is_told_what_it_was_told_in_whatever_order_they_ask() -> None:
    same = ("same",)
    log = await recorded(
        ("lineage-0/attempt-1", same), ("lineage-1/attempt-1", same), ("lineage-0/attempt-2", ()), ("lineage-1/attempt-2", ())
    )  # fmt: skip
    replay = await load_replay(log, RUN)
    for lineage in (1, 0):
        await replay.model(f"run/lineage-{lineage}/attempt-1").complete(prompt("same"))
    with pytest.raises(SpentError, match="time is up"):
        await replay.model("run/lineage-1/attempt-2").complete(prompt("same"))


async def test_an_attempt_that_was_cut_short_does_not_count_again() -> None:
    log = await recorded(
        ("lineage-0/attempt-1", ("one",)), ("lineage-0/attempt-2", ()), ("lineage-1/attempt-1", ("x",))
    )
    replay = await load_replay(log, RUN)
    with pytest.raises(SpentError, match="before this attempt counted"):
        await replay.model("run/lineage-1/attempt-1").complete(prompt("x"))
    assert (await replay.model("run/lineage-0/attempt-1").complete(prompt("one"))).text == "one"


async def test_the_first_prompt_that_differs_is_shown_by_the_order_of_the_recording() -> None:
    log = await recorded(("lineage-0/attempt-1", ("one",)), ("lineage-1/attempt-1", ("two",)))
    replay = await load_replay(log, RUN)
    for lineage, words in ((1, "2"), (0, "1")):
        with pytest.raises(AdapterError, match="not the recorded one"):
            await replay.model(f"run/lineage-{lineage}/attempt-1").complete(prompt(words))
    found = replay.divergence
    assert found is not None
    assert (found.step, found.prompt_name) == ("run/lineage-0/attempt-1", "generate")
    assert {"-one", "+1"} <= set(found.lines)


async def test_equal_words_under_other_sampling_are_named_as_that() -> None:
    replay = await load_replay(await recorded(("lineage-0/attempt-1", ("one",))), RUN)
    with pytest.raises(AdapterError):
        await replay.model("run/lineage-0/attempt-1").complete(dataclasses.replace(prompt("one"), temperature=0.9))
    assert replay.divergence is not None
    assert replay.divergence.lines[0].startswith("the words are the same")


async def test_what_an_older_version_left_out_is_said() -> None:
    log = MemoryLog()
    with pytest.raises(UserError, match="there is no run"):
        await load_replay(log, RUN)
    await Step(log.run(RUN), "run").append(_ended("x"))
    with pytest.raises(UserError, match="no beginning"):
        await load_replay(log, RUN)


async def test_a_recording_is_one_line_an_answer_with_its_calls() -> None:
    log = await recorded(("lineage-0/attempt-1", ("one", "two")))
    first, second = map(json.loads, await recording_lines(log, RUN))
    assert first["prompt"] == prompt("one").digest
    assert read_completion(second["completion"]) == await completion("two")


async def test_an_answer_of_an_older_log_is_its_text() -> None:
    log = await recorded(("lineage-0/attempt-1", ("one",)))
    (call,) = [record.event for record in await log.records(RUN) if isinstance(record.event, ModelCalled)]
    older = MemoryLog()
    step = Step(older.run(RUN), "run").child("lineage-0/attempt-1")
    body = await step.keep(b"one")
    await step.append(dataclasses.replace(call, answer_body="", completion_body=body))
    (line,) = map(json.loads, await recording_lines(older, RUN))
    assert line["completion"]["text"] == "one"


def test_a_prompt_is_read_with_what_was_asked_for_and_answered() -> None:
    assert prompt_text(prompt("one")).split("\n\n")[1:] == [
        "--- tools ---\nrun",
        "--- user ---\none",
        '--- model calls run ---\n{"argv": ["ls"',
        "--- run failed ---\na.py",
    ]


async def test_a_completion_survives_as_it_was() -> None:
    made = await completion("text with \ud800 in it")
    assert read_completion(json.loads(write_completion(made))) == made
