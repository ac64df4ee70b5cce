from agenda.free import free_slots
from agenda.show import show_free
from agenda.times import clock, minutes


def test_times():
    assert minutes("9:30") == 570
    assert clock(545) == "9:05"


def test_a_tidy_day():
    assert free_slots([(100, 200), (300, 400)], 0, 500) == [(0, 100), (200, 300), (400, 500)]
    assert show_free(["10:30-12:00"]) == "9:00-10:30, 12:00-17:00"
