"""`recorded:PATH`: answers from a file, keyed by prompt: no model, no key, no cost, the same bytes every time."""

import asyncio
import json
import re
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from journeyman.domain.digest import digest_bytes
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.exchange import read_completion, write_completion
from journeyman.domain.prompt import Completion, Prompt
from journeyman.ports.model import LanguageModel, most_cost_usd
from journeyman.settings import Settings

_PASSING = re.compile(r"\b\d+(?:\.\d+)?(?= ?(?:s|ms|seconds?)\b)|\b0x[0-9a-f]{6,}")


class RecordedModel:
    """Replays completions. A prompt that was asked several times gets its answers in the order they were given."""

    def __init__(self, path: Path, answers: dict[str, tuple[Completion, ...]]) -> None:
        """`answers` are keyed as `key_of` says."""
        self._path = path
        self._answers = {digest: deque(completions) for digest, completions in answers.items()}

    @property
    def name(self) -> str:
        """The locator it was opened from."""
        return f"recorded:{self._path}"

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Cost nothing: nobody is asked."""
        del input_tokens, output_tokens
        return 0.0

    async def complete(self, prompt: Prompt) -> Completion:
        """Return the next recorded answer to a prompt.

        Raises:
            AdapterError: this prompt was not recorded, or not that often.
        """
        # What a log exports knows its prompts by their digest alone.
        key = next((one for one in (key_of(prompt), prompt.digest) if one in self._answers), key_of(prompt))
        if key not in self._answers:
            raise AdapterError(
                f"{self._path} holds no answer to this `{prompt.name}` prompt ({key[:12]}): words, sampling "
                "or an earlier answer differ from the recording"
            )
        waiting = self._answers[key]
        if not waiting:
            raise AdapterError(f"{self._path} holds no further answer to the `{prompt.name}` prompt {key[:12]}")
        return waiting.popleft()


class RecordingModel:
    """Asks another model and writes every answer down, one JSON line each, for `recorded:` to replay."""

    def __init__(self, inner: LanguageModel, path: Path) -> None:
        """`path` is appended to."""
        self._inner = inner
        self._path = path
        self._writing = asyncio.Lock()

    @property
    def name(self) -> str:
        """The locator of the model that is asked."""
        return self._inner.name

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Return what the other model says."""
        return most_cost_usd(self._inner, input_tokens=input_tokens, output_tokens=output_tokens)

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer as the other model does.

        Raises:
            AdapterError: as the other model.
        """
        completion = await self._inner.complete(prompt)
        told = json.loads(write_completion(completion))
        line = json.dumps({"prompt": key_of(prompt), "name": prompt.name, "completion": told}, sort_keys=True)
        async with self._writing:
            await asyncio.to_thread(self._append, line)
        return completion

    def _append(self, line: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def key_of(prompt: Prompt) -> str:
    """Return what an answer is kept under: a digest of words, tools and sampling, apart from what passes.

    Durations and addresses that tools printed are other each time; every other byte counts.
    """
    said = [
        [
            turn.role.value,
            _lasting(turn.text),
            [[call.name, call.arguments] for call in turn.calls],
            [[result.name, _lasting(result.text), result.failed] for result in turn.results],
        ]
        for turn in prompt.turns
    ]
    tools = [[tool.name, tool.description, tool.parameters] for tool in prompt.tools]
    drawn = [prompt.temperature, prompt.seed, prompt.max_tokens, prompt.opening]
    return digest_bytes(json.dumps([prompt.system, said, tools, drawn]).encode())


def _lasting(text: str) -> str:
    return _PASSING.sub("#", text)


@asynccontextmanager
async def open_model(rest: str, settings: Settings) -> AsyncIterator[RecordedModel]:  # noqa: ARG001 (the factory protocol)
    """Open a recording.

    Raises:
        UserError: there is no such file, or a line of it is not a recorded answer.
    """
    path = Path(rest).expanduser()
    yield RecordedModel(path, await asyncio.to_thread(read_recording, path))


def read_recording(path: Path) -> dict[str, tuple[Completion, ...]]:
    """Return the completions in a file, by prompt digest, in order.

    Raises:
        UserError: there is no such file, or a line of it is not a recorded answer.
    """
    if not path.is_file():
        raise UserError(f"there is no recording {path}", remedy="Give the path of a JSON-lines file: recorded:PATH")
    answers: defaultdict[str, list[Completion]] = defaultdict(list)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            answers[str(entry["prompt"])].append(read_completion(entry["completion"]))
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"line {number} of {path} is not a recorded answer: {error}", remedy="Record it again."
            ) from error
    return {digest: tuple(completions) for digest, completions in answers.items()}
