from waiting.delays import delays
from waiting.plan import Plan
from waiting.summary import worst_case_ms


def test_delays_grow_by_the_factor():
    assert delays(Plan(attempts=4, first_ms=100)) == [100, 200, 400]
    assert delays(Plan(attempts=3, first_ms=10, factor=5)) == [10, 50]


def test_one_attempt_needs_no_delay():
    assert delays(Plan(attempts=1, first_ms=100)) == []
    assert delays(Plan(attempts=0, first_ms=100)) == []


def test_no_delay_is_above_the_cap():
    assert delays(Plan(attempts=6, first_ms=100, cap_ms=500)) == [100, 200, 400, 500, 500]


def test_the_cap_holds_for_the_first_delay_too():
    assert delays(Plan(attempts=3, first_ms=900, cap_ms=300)) == [300, 300]


def test_a_factor_of_one_keeps_the_delay():
    assert worst_case_ms(Plan(attempts=5, first_ms=250, factor=1)) == 1000
