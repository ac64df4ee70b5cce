from throttle.gate import Gate
from throttle.window import Window


def test_calls_above_the_limit_are_refused():
    window = Window(limit=2, seconds=10)
    assert [window.allow(now) for now in (0, 1, 2)] == [True, True, False]


def test_users_are_separate():
    gate = Gate(limit=1, seconds=10)
    assert gate.allow("ada", 0)
    assert gate.allow("bob", 0)
    assert not gate.allow("ada", 1)
