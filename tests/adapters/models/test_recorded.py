"""Recording answers and replaying them."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from journeyman.adapters.models.recorded import RecordingModel, open_model
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.prompt import Completion, FinishReason, Prompt, Turn
from journeyman.domain.usage import Usage
from journeyman.ports.model import LanguageModel
from journeyman.settings import Settings
from journeyman.testing.conformance.model import (
    ASKED,
    CALLED,
    CALLED_BADLY,
    CONTINUED,
    OFFERED,
    SHORT,
    ModelConformance,
    going_on,
)
from journeyman.testing.models import ScriptedModel, calling

OTHER = dataclasses.replace(ASKED, seed=8)


async def record(path: Path, *prompts: Prompt) -> list[Completion]:
    model = RecordingModel(ScriptedModel([f"answer number {number}" for number in range(len(prompts))]), path)
    return [await model.complete(prompt) for prompt in prompts]


def _answer(prompt: Prompt) -> str | Turn:
    return calling("read_file", {"path": "setup.py"}) if prompt.tools else "def add(a, b): return a + b"


class TestConformance(ModelConformance):
    """The adapter keeps the promises of the port, the answers' own name for the model aside."""

    @pytest.fixture
    async def model(self, tmp_path: Path) -> AsyncIterator[LanguageModel]:
        path = tmp_path / "answers.jsonl"
        inner = ScriptedModel(_answer, name=f"recorded:{path}")
        recording = RecordingModel(inner, path)
        for prompt in (ASKED, ASKED, ASKED, SHORT, CONTINUED, CALLED, CALLED_BADLY):
            await recording.complete(prompt)
        await recording.complete(going_on(OFFERED, await recording.complete(OFFERED)))
        async with open_model(str(path), Settings()) as model:
            yield model


async def test_the_same_answers_come_back(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    given = await record(path, ASKED, OTHER, CONTINUED)
    async with open_model(str(path), Settings()) as model:
        assert [await model.complete(prompt) for prompt in (CONTINUED, OTHER, ASKED)] == given[::-1]


async def test_a_prompt_asked_again_gets_its_answers_in_order(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    given = await record(path, ASKED, OTHER, ASKED)
    async with open_model(str(path), Settings()) as model:
        assert await model.complete(ASKED) == given[0]
        assert await model.complete(ASKED) == given[2]
        with pytest.raises(AdapterError, match="no further answer"):
            await model.complete(ASKED)


async def test_a_prompt_that_was_not_recorded(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    await record(path, ASKED)
    async with open_model(str(path), Settings()) as model:
        with pytest.raises(AdapterError, match="holds no answer to this `conformance` prompt") as caught:
            await model.complete(OTHER)
    assert not caught.value.retryable


async def test_nothing_of_a_completion_is_lost(tmp_path: Path) -> None:
    completion = Completion(
        text="naïve \N{SNOWMAN}\n\0",
        requested_model="openai:a",
        served_model="b",
        response_id="c",
        finish_reason=FinishReason.FILTERED,
        usage=Usage(requests=1, input_tokens=5, cached_tokens=3, output_tokens=2, cost_usd=None),
        duration_s=1.25,
    )
    path = tmp_path / "answers.jsonl"
    await RecordingModel(ScriptedModel([completion]), path).complete(ASKED)
    async with open_model(str(path), Settings()) as model:
        assert await model.complete(ASKED) == completion


async def test_concurrent_answers_are_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    model = RecordingModel(ScriptedModel(lambda _prompt: "word " * 5000), path)
    await asyncio.gather(*(model.complete(dataclasses.replace(ASKED, seed=seed)) for seed in range(8)))
    async with open_model(str(path), Settings()) as replayed:
        for seed in range(8):
            await replayed.complete(dataclasses.replace(ASKED, seed=seed))


@pytest.mark.parametrize("line", ["nonsense", "{}", '{"prompt": "x", "completion": {"usage": {}}}', "[]"])
async def test_a_damaged_recording_names_the_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "answers.jsonl"
    await record(path, ASKED)
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(UserError, match="line 2"):
        async with open_model(str(path), Settings()):
            pass


async def test_no_such_recording(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no recording"):
        async with open_model(str(tmp_path / "none.jsonl"), Settings()):
            pass
