from speaker.device import Speaker
from speaker.display import bar
from speaker.limits import clamp


def test_inside_is_unchanged():
    assert clamp(42) == 42


def test_outside_gives_the_nearest_limit():
    assert clamp(150) == 100
    assert clamp(-5) == 0


def test_own_limits():
    assert clamp(7, 10, 20) == 10
    assert clamp(15, 10, 20) == 15
    assert clamp(25, 10, 20) == 20


def test_volume_goes_up_and_down():
    speaker = Speaker()
    assert speaker.change(20) == 70
    assert speaker.change(-30) == 40


def test_volume_stops_at_the_limits():
    speaker = Speaker(95)
    assert speaker.change(20) == 100
    assert bar(speaker.volume) == "##########"
    assert speaker.change(-300) == 0
