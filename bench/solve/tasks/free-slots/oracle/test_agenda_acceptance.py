from agenda.free import free_slots
from agenda.show import show_free


def test_appointments_in_any_order():
    busy = [(300, 400), (100, 200)]
    assert free_slots(busy, 0, 500) == [(0, 100), (200, 300), (400, 500)]
    assert busy == [(300, 400), (100, 200)]


def test_overlapping_appointments():
    assert free_slots([(100, 300), (150, 200), (250, 320)], 0, 500) == [(0, 100), (320, 500)]


def test_no_empty_slots():
    assert free_slots([(0, 100), (100, 200), (300, 500)], 0, 500) == [(200, 300)]
    assert free_slots([(0, 500)], 0, 500) == []


def test_appointments_outside_the_day():
    busy = [(0, 50), (80, 120), (380, 420), (450, 600)]
    assert free_slots(busy, 100, 400) == [(120, 380)]
    assert free_slots([(450, 600)], 100, 400) == [(100, 400)]


def test_short_slots_are_left_out():
    assert free_slots([(10, 100), (130, 200), (229, 490)], 0, 500, shortest=30) == [(100, 130)]


def test_an_appointment_without_length_takes_no_time():
    assert free_slots([(200, 200)], 0, 500) == [(0, 500)]


def test_shown_as_text():
    busy = ["12:00-13:15", "7:00-9:10", "9:30-12:30", "16:50-18:00"]
    assert show_free(busy, shortest=20) == "9:10-9:30, 13:15-16:50"
