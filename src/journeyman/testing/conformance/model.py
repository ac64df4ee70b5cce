"""What every model adapter must do. Subclass it in a test module that has an async fixture `model`.

The fixture's model must be able to answer `ASKED` at least three times; what it says is its own affair.
"""

import asyncio
import dataclasses

from journeyman.domain.prompt import FinishReason, Prompt, Role, Turn
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
