from throttle.gate import Gate
from throttle.window import Window


def test_refused_calls_do_not_count():
    window = Window(limit=1, seconds=10)
    assert [window.allow(now) for now in (0, 5, 9, 12)] == [True, False, False, True]


def test_a_call_exactly_one_window_ago_is_forgotten():
    window = Window(limit=1, seconds=10)
    assert window.allow(0)
    assert not window.allow(9)
    assert window.allow(10)


def test_the_window_slides():
    window = Window(limit=2, seconds=10)
    answers = [window.allow(now) for now in (0, 6, 9, 10, 11, 16)]
    assert answers == [True, True, False, True, False, True]


def test_a_limit_of_zero_refuses_everything():
    assert not Window(limit=0, seconds=10).allow(0)


def test_hammering_does_not_lock_a_user_out():
    gate = Gate(limit=2, seconds=60)
    answers = [gate.allow("ada", now) for now in range(0, 121, 10)]
    assert answers.count(True) == 5
