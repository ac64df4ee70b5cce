from waiting.plan import Plan
from waiting.summary import describe


def test_defaults():
    assert Plan(attempts=3, first_ms=100).cap_ms == 10_000


def test_describe():
    assert describe(Plan(attempts=3, first_ms=100)) == "3 attempts, starting at 100 ms"
