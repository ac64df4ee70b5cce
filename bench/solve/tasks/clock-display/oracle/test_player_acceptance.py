from player.clock import clock
from player.playlist import headline
from player.track import Track


def test_minutes_and_seconds():
    assert clock(225) == "3:45"


def test_seconds_have_two_digits():
    assert clock(65) == "1:05"
    assert clock(7) == "0:07"


def test_hours():
    assert clock(3725) == "1:02:05"


def test_round_values():
    assert clock(0) == "0:00"
    assert clock(3599) == "59:59"
    assert clock(3600) == "1:00:00"


def test_headline():
    assert headline("Mix", [Track("a", 3000), Track("b", 1000)]) == "Mix (1:06:40)"
