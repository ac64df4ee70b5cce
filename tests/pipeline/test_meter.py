"""One fail-closed count for all lineages."""

import asyncio
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.domain.errors import AdapterError, SpentError
from journeyman.domain.outcome import Cause
from journeyman.domain.prompt import Completion, FinishReason, Prompt, Role, Tool, Turn
from journeyman.domain.usage import Budget, Usage
from journeyman.pipeline.meter import Meter, MeteredModel
from journeyman.pipeline.worst_case import Measured, most_input_tokens

ASKED = Prompt(name="p", system="", turns=(Turn(role=Role.USER, text="x" * 68),), max_tokens=100)
"""With frames it is 100 tokens at most, and 100 more for the answer."""


def completion(tokens: int, cost_usd: float | None = 0.0) -> Completion:
    usage = Usage(requests=1, input_tokens=tokens, cost_usd=cost_usd)
    return Completion(
        text="",
        requested_model="m",
        served_model="m-1",
        response_id="",
        finish_reason=FinishReason.STOP,
        usage=usage,
        duration_s=0.0,
    )


class Priced:
    """A model of known price that waits to be let go, and takes what it is told to."""

    def __init__(self, *, takes: int = 200, dollars_per_token: float | None = 0.0) -> None:
        self.name = "priced:model"
        self.asked = 0
        self.go = asyncio.Event()
        self._takes, self._price = takes, dollars_per_token

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        return None if self._price is None else (input_tokens + output_tokens) * self._price

    async def complete(self, prompt: Prompt) -> Completion:
        assert prompt.turns
        self.asked += 1
        await self.go.wait()
        return completion(self._takes, None if self._price is None else self._takes * self._price)


async def all_of(model: Priced, meter: Meter, calls: int) -> list[Completion | BaseException]:
    metered = MeteredModel(model, meter)
    asking = [asyncio.ensure_future(metered.complete(ASKED)) for _ in range(calls)]
    await asyncio.sleep(0)
    model.go.set()
    return await asyncio.gather(*asking, return_exceptions=True)


def test_attempts_are_booked_before_they_are_made() -> None:
    meter = Meter(budget=Budget(attempts=2))
    assert [meter.begin() for _ in range(3)] == [None, None, "all 2 attempts are used"]
    assert (meter.attempts, meter.cause) == (2, Cause.ATTEMPTS)


def test_an_attempt_without_room_for_its_first_call_is_not_begun() -> None:
    meter = Meter(budget=Budget(tokens=100))
    assert "the next call could take 101" in (meter.begin(101) or "")
    assert (meter.attempts, meter.cause) == (0, Cause.BUDGET)


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (Budget(tokens=399), "200 of 399 tokens are used, and the next call could take 200"),
        (Budget(requests=1), "1 of 1 model calls are used"),
        (Budget(cost_usd=0.39), r"\$0\.2000 of \$0\.3900 is spent, and the next call could cost \$0\.2000"),
    ],
)
async def test_a_call_that_could_cross_a_ceiling_is_never_made(budget: Budget, said: str) -> None:
    model, meter = Priced(dollars_per_token=0.001), Meter(budget=budget)
    answers = await all_of(model, meter, 3)
    assert model.asked == 1
    assert sum(isinstance(answer, SpentError) for answer in answers) == 2
    with pytest.raises(SpentError, match=said):
        await MeteredModel(model, meter).complete(ASKED)


async def test_who_only_lacks_what_others_may_give_back_waits() -> None:
    model, meter = Priced(takes=20), Meter(budget=Budget(tokens=260))
    answers = await all_of(model, meter, 3)
    assert all(isinstance(answer, Completion) for answer in answers)
    assert meter.spent.total_tokens == 60


async def test_an_unknown_price_is_refused_under_a_ceiling_of_cost_and_only_there() -> None:
    model = Priced(dollars_per_token=None)
    (refused,) = await all_of(model, Meter(budget=Budget(cost_usd=5.0)), 1)
    assert "the price of priced:model is unknown, so $5.00 cannot be guaranteed" in str(refused)
    assert model.asked == 0
    meter = Meter(budget=Budget())
    await all_of(model, meter, 1)
    assert (model.asked, meter.spent.cost_usd) == (1, None)


async def test_what_a_call_without_an_answer_may_have_taken_stays_held() -> None:
    class Breaks(Priced):
        async def complete(self, prompt: Prompt) -> Completion:
            raise AdapterError(f"the stream of {prompt.name} broke off")

    meter = Meter(budget=Budget(tokens=399))
    with pytest.raises(AdapterError):
        await MeteredModel(Breaks(), meter).complete(ASKED)
    assert meter.spent.total_tokens == 0
    with pytest.raises(SpentError):
        await MeteredModel(Breaks(), meter).complete(ASKED)


async def test_the_reserve_is_for_what_comes_after_the_search() -> None:
    model, meter = Priced(takes=1), Meter(budget=Budget(tokens=230), asks_later=True)
    (refused,) = await all_of(model, meter, 1)
    assert isinstance(refused, SpentError)
    assert (await MeteredModel(model, meter, late=True).complete(ASKED)).usage.total_tokens == 1
    assert (await all_of(model, Meter(budget=Budget(tokens=230)), 1))[0] == completion(1)


def test_no_time_means_no_attempt_and_the_last_of_it_is_kept() -> None:
    meter = Meter(budget=Budget(wall_time_s=0.0))
    assert meter.left_s == 0.0
    assert "0 s of 0 s" in (meter.begin(1) or "")
    late = Meter(budget=Budget(wall_time_s=1000.0))
    late.started_s -= 900.0
    assert "15% are kept for verification and delivery" in (late.begin(1) or "")


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 200), st.booleans()), max_size=30),
    st.integers(1, 2000),
    st.integers(1, 12),
)
def test_no_interleaving_of_calls_crosses_a_ceiling(
    calls: list[tuple[int, int, bool]], tokens: int, requests: int
) -> None:
    """Each call sleeps, takes something and may fail; at every moment the sum of what it may come to is covered."""

    class Any(Priced):
        async def complete(self, prompt: Prompt) -> Completion:
            wait, takes, fails = next(left)
            for _ in range(wait):
                await asyncio.sleep(0)
            if fails:
                raise AdapterError(prompt.name)
            return completion(takes, takes * 0.001)

    left = iter(calls)
    meter = Meter(budget=Budget(attempts=None, tokens=tokens, requests=requests, cost_usd=1.0, wall_time_s=None))

    async def main() -> None:
        metered = MeteredModel(Any(dollars_per_token=0.001), meter)
        await asyncio.gather(*(metered.complete(ASKED) for _ in calls), return_exceptions=True)

    asyncio.run(main())
    assert meter.spent.total_tokens <= tokens
    assert meter.spent.requests <= requests
    assert (meter.spent.cost_usd or 0.0) <= 1.0


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5), st.text(max_size=40))
def test_no_prompt_comes_to_more_tokens_than_its_bytes_and_frames(texts: list[str], schema: str) -> None:
    turns = tuple(Turn(role=Role.USER, text=text) for text in texts)
    prompt = Prompt(name="p", system="s", turns=turns, tools=(Tool(name="t", description="d", parameters=schema),))
    whole = most_input_tokens(prompt)
    assert whole >= sum(len(text.encode("utf-8", "replace")) for text in (*texts, schema, "s", "t", "d"))
    start = dataclasses.replace(prompt, turns=turns[:-1])
    known = most_input_tokens(prompt, [Measured(prompt=start, input_tokens=3)])
    assert known == 3 + len(texts[-1].encode("utf-8", "replace")) + 16
    other = dataclasses.replace(start, system="another")
    assert most_input_tokens(prompt, [Measured(prompt=other, input_tokens=3)]) == whole


usages = st.builds(
    Usage,
    requests=st.integers(0, 9),
    input_tokens=st.integers(0, 9),
    output_tokens=st.integers(0, 9),
    cost_usd=st.one_of(st.none(), st.integers(0, 9).map(float)),
)


@given(usages, usages, usages)
def test_usage_adds_up_in_any_order_and_unknown_stays_unknown(a: Usage, b: Usage, c: Usage) -> None:
    assert (a + b) + c == a + (b + c) == (c + a) + b
    assert ((a + b).cost_usd is None) == (a.cost_usd is None or b.cost_usd is None)


@pytest.mark.parametrize("count", [0, 3])
def test_served_models_are_remembered_once(count: int) -> None:
    meter = Meter(budget=Budget())
    for _ in range(count):
        meter.count(completion(1))
    assert list(meter.models) == ["m-1"] * bool(count)
