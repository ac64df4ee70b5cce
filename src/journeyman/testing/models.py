"""A model for tests: scripted answers, honest usage, and a memory of what it was asked."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from journeyman.domain.errors import AdapterError
from journeyman.domain.prompt import Completion, FinishReason, Prompt, Role, ToolCall, Turn
from journeyman.domain.usage import Usage

Answer = str | Turn | Completion
"""Words, a turn that may ask for tools, or all there is to say."""
Script = Callable[[Prompt], Answer] | Iterable[Answer]
"""A function of the prompt, or answers to be given in order."""


def calling(name: str, arguments: object, *, text: str = "") -> Turn:
    """Return a turn that asks for one tool; `arguments` that are a string are sent as they are, broken or not."""
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return Turn(role=Role.MODEL, text=text, calls=(ToolCall(id="", name=name, arguments=written),))


class ScriptedModel:
    """Answers as it is told. Raise from the function to act a failing model.

    Like a real one it cuts an answer off at `max_tokens`, counts what it was given and says, names itself, and
    gives every call that has no id one of its own. A token is a word here.
    """

    def __init__(self, script: Script, *, name: str = "scripted:test") -> None:
        self._script = script if callable(script) else _in_order(script)
        self._name = name
        self.prompts: list[Prompt] = []
        """Every prompt so far, in the order asked."""

    @property
    def name(self) -> str:
        """The locator it claims to have been opened from."""
        return self._name

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Cost nothing."""
        del input_tokens, output_tokens
        return 0.0

    async def complete(self, prompt: Prompt) -> Completion:
        """Give the scripted answer.

        Raises:
            AdapterError: no answers are left.
        """
        self.prompts.append(prompt)
        answer = self._script(prompt)
        if isinstance(answer, Completion):
            return answer
        return self._completion(prompt, answer if isinstance(answer, Turn) else Turn(role=Role.MODEL, text=answer))

    def _completion(self, prompt: Prompt, answer: Turn) -> Completion:
        text, cut_off = _cut(answer.text, prompt.max_tokens)
        number = len(self.prompts)
        calls = tuple(
            call if call.id else replace(call, id=f"call-{number}-{place}")
            for place, call in enumerate(answer.calls, start=1)
        )
        reason = FinishReason.TOOLS if calls else FinishReason.STOP
        usage = Usage(
            requests=1,
            input_tokens=sum(len(part.split()) for part in _words(prompt)),
            output_tokens=len(text.split()) + sum(1 + len(call.arguments.split()) for call in calls),
            cost_usd=0.0,
        )
        return Completion(
            text=text,
            requested_model=self._name,
            served_model=self._name,
            response_id=f"scripted-{number}",
            finish_reason=FinishReason.LENGTH if cut_off else reason,
            usage=usage,
            duration_s=0.0,
            calls=calls,
            native=answer.native,
        )


def _words(prompt: Prompt) -> Iterator[str]:
    yield prompt.system
    yield from (f"{tool.name} {tool.description} {tool.parameters}" for tool in prompt.tools)
    for turn in prompt.turns:
        yield turn.text
        yield from (f"{call.name} {call.arguments}" for call in turn.calls)
        yield from (result.text for result in turn.results)


def _cut(answer: str, max_tokens: int) -> tuple[str, bool]:
    if len(answer.split()) <= max_tokens:
        return answer, False
    return " ".join(answer.split()[:max_tokens]), True


def _in_order(answers: Iterable[Answer]) -> Callable[[Prompt], Answer]:
    left = iter(answers)

    def script(_prompt: Prompt) -> Answer:
        for answer in left:
            return answer
        raise AdapterError("the script has no answers left")

    return script
