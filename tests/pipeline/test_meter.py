"""One fail-closed count for all lineages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.domain.prompt import Completion, FinishReason
from journeyman.domain.usage import Budget, Usage
from journeyman.pipeline.meter import Meter


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


def test_attempts_are_booked_before_they_are_made() -> None:
    meter = Meter(budget=Budget(attempts=2))
    assert [meter.begin(10) for _ in range(3)] == [None, None, "all 2 attempts are used"]
    assert meter.attempts == 2


def test_tokens_in_flight_are_held_in_reserve() -> None:
    meter = Meter(budget=Budget(tokens=100))
    assert meter.begin(60) is None
    assert "too few for another attempt" in (meter.begin(60) or "")
    meter.count(completion(20))
    meter.end(60)
    assert meter.begin(60) is None


def test_an_unknown_price_never_fits_a_cost_ceiling() -> None:
    meter = Meter(budget=Budget(cost_usd=5.0))
    assert meter.begin(1) is None
    meter.count(completion(1, cost_usd=None))
    assert "price of this model is unknown" in (meter.begin(1) or "")
    assert meter.spent.cost_usd is None


def test_no_time_means_no_attempt() -> None:
    meter = Meter(budget=Budget(wall_time_s=0.0))
    assert meter.left_s == 0.0
    assert "0 s of 0 s" in (meter.begin(1) or "")


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), max_size=40), st.integers(1, 400))
def test_spent_and_reserved_together_never_cross_the_ceiling(calls: list[tuple[int, int]], ceiling: int) -> None:
    meter = Meter(budget=Budget(attempts=None, tokens=ceiling, wall_time_s=None))
    for worst, used in calls:
        if meter.begin(worst) is None:
            meter.count(completion(min(used, worst)))
            meter.end(worst)
        assert meter.spent.total_tokens <= ceiling


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
