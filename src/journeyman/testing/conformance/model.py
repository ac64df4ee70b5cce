"""What every model adapter must do. Subclass it in a test module that has an async fixture `model`.

The fixture's model must be able to answer `ASKED` and `OFFERED` at least three times; what it says is its own affair.
"""

import asyncio
import dataclasses

from journeyman.domain.prompt import Completion, FinishReason, Prompt, Role, Tool, ToolCall, ToolResult, Turn
from journeyman.ports.model import LanguageModel

ASKED = Prompt(
    name="conformance",
    system="You are a careful programmer. Answer with code only.",
    turns=(Turn(role=Role.USER, text="Write a Python function add(a, b) that returns the sum of a and b."),),
    temperature=0.5,
    seed=7,
    max_tokens=120,
)
"""The prompt of the suite."""

CONTINUED = dataclasses.replace(
    ASKED,
    turns=(
        *ASKED.turns,
        Turn(role=Role.MODEL, text="def add(a, b):\n    return a - b"),
        Turn(role=Role.USER, text="That subtracts. Mend it."),
    ),
)
"""A conversation of several turns."""

SHORT = dataclasses.replace(ASKED, max_tokens=1)
"""The prompt with room for one token."""

OFFERED = dataclasses.replace(
    ASKED,
    system="You are a careful programmer. Use the tools you have.",
    turns=(Turn(role=Role.USER, text="Read the file setup.py and say what the project is called."),),
    tools=(
        Tool(
            name="read_file",
            description="Read a file of the project.",
            parameters='{"properties":{"path":{"type":"string"}},"required":["path"],"type":"object"}',
        ),
        Tool(name="finish", description="End the work.", parameters='{"properties":{},"type":"object"}'),
    ),
)
"""A prompt with tools; whether the model asks for one is up to the model."""


def going_on(prompt: Prompt, completion: Completion) -> Prompt:
    """Return the prompt that follows an answer, each of its calls answered by the harness."""
    results = tuple(ToolResult(call_id=call.id, name=call.name, text='setup(name="tiny")') for call in completion.calls)
    answer = Turn(role=Role.USER, text="" if results else "Go on.", results=results)
    return dataclasses.replace(prompt, turns=(*prompt.turns, completion.turn, answer))


def _called(arguments: str) -> Prompt:
    calls = (
        ToolCall(id="call-1", name="read_file", arguments=arguments),
        ToolCall(id="call-2", name="read_file", arguments='{"path": "setup.cfg"}'),
    )
    results = (
        ToolResult(call_id="call-1", name="read_file", text='setup(name="tiny")'),
        ToolResult(call_id="call-2", name="read_file", text="There is no such file.", failed=True),
    )
    turns = (Turn(role=Role.MODEL, text="", calls=calls), Turn(role=Role.USER, text="", results=results))
    return dataclasses.replace(OFFERED, turns=(*OFFERED.turns, *turns))


CALLED = _called('{"path": "setup.py"}')
"""A conversation in which another model, or this one in a process before, asked for tools."""
CALLED_BADLY = _called('{"path": "setup.p')
"""The same with arguments that are no JSON: they happen, are answered, and stay in the conversation."""


class ModelConformance:
    """The promises of `ports.model.LanguageModel`, each as a test that takes the fixture `model`."""

    async def test_the_name_is_a_locator(self, model: LanguageModel) -> None:
        """It says how it was opened, `scheme:rest`."""
        scheme, colon, rest = model.name.partition(":")
        assert scheme
        assert colon
        assert rest

    async def test_an_answer_says_who_gave_it_and_what_it_took(self, model: LanguageModel) -> None:
        """Requested and served model, response id and usage are those of this one request."""
        completion = await model.complete(ASKED)
        assert completion.text
        assert completion.requested_model == model.name
        assert completion.served_model
        assert completion.response_id
        assert completion.usage.requests == 1
        assert completion.usage.output_tokens > 0
        assert completion.duration_s >= 0

    async def test_usage_adds_up(self, model: LanguageModel) -> None:
        """Cached tokens are a part of the input, and no answer is longer than was allowed."""
        usage = (await model.complete(ASKED)).usage
        assert 0 <= usage.cached_tokens <= usage.input_tokens
        assert 0 < usage.output_tokens <= ASKED.max_tokens

    async def test_an_answer_that_is_cut_off_says_so(self, model: LanguageModel) -> None:
        """Reaching `max_tokens` is a completion with its finish reason, not an error."""
        completion = await model.complete(SHORT)
        assert completion.finish_reason is FinishReason.LENGTH

    async def test_a_conversation_may_have_many_turns(self, model: LanguageModel) -> None:
        """What the model said before may be part of the prompt."""
        completion = await model.complete(CONTINUED)
        assert completion.usage.input_tokens > 0

    async def test_requests_may_be_made_at_once(self, model: LanguageModel) -> None:
        """Concurrent requests each get an answer of their own."""
        completions = await asyncio.gather(*(model.complete(ASKED) for _ in range(3)))
        assert len({completion.response_id for completion in completions}) == 3

    async def test_a_model_may_ask_for_a_tool(self, model: LanguageModel) -> None:
        """Calls have a name, text as arguments and ids of their own; the finish reason says that they are there."""
        completion = await model.complete(OFFERED)
        ids = [call.id for call in completion.calls]
        assert all(ids)
        assert len(set(ids)) == len(ids)
        assert all(call.name and isinstance(call.arguments, str) for call in completion.calls)
        asked = completion.finish_reason is FinishReason.TOOLS
        assert asked == bool(completion.calls) or completion.finish_reason is FinishReason.LENGTH

    async def test_results_go_back(self, model: LanguageModel) -> None:
        """What the model said, given back with the results of its calls, is a prompt like any other."""
        first = await model.complete(OFFERED)
        second = await model.complete(going_on(OFFERED, first))
        assert second.response_id != first.response_id
        assert second.usage.input_tokens > 0

    async def test_calls_of_another_model_are_understood(self, model: LanguageModel) -> None:
        """A conversation may go on with another model than it began with."""
        assert (await model.complete(CALLED)).usage.input_tokens > 0

    async def test_broken_arguments_do_not_break_the_conversation(self, model: LanguageModel) -> None:
        """A call whose arguments are no JSON can be answered, and the conversation goes on."""
        assert (await model.complete(CALLED_BADLY)).usage.input_tokens > 0
