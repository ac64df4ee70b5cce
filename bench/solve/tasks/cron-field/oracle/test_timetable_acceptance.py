import pytest
from timetable.expand import expand
from timetable.match import matches


def test_single_values_and_lists():
    assert expand("5", 0, 59) == [5]
    assert expand("30,5,10", 0, 59) == [5, 10, 30]


def test_star_and_ranges():
    assert expand("*", 0, 6) == [0, 1, 2, 3, 4, 5, 6]
    assert expand("1-5", 0, 6) == [1, 2, 3, 4, 5]
    assert expand("3-3", 0, 6) == [3]


def test_steps():
    assert expand("*/15", 0, 59) == [0, 15, 30, 45]
    assert expand("*/3", 1, 12) == [1, 4, 7, 10]
    assert expand("10-20/5", 0, 59) == [10, 15, 20]
    assert expand("40/7", 0, 59) == [40, 47, 54]


def test_parts_are_combined_without_repeats():
    assert expand("1-4,3,*/5,2-6/2", 0, 10) == [0, 1, 2, 3, 4, 5, 6, 10]


def test_values_outside_the_limits_are_refused():
    for text in ("60", "50-60", "0", "0-3", "5,70"):
        with pytest.raises(ValueError):
            expand(text, 1, 59)


def test_wrong_texts_are_refused():
    for text in ("", "a", "5-1", "1-", "-3", "*/0", "1,,2", "1-2-3", "*/", "*/-2"):
        with pytest.raises(ValueError):
            expand(text, 0, 59)


def test_matching_a_field():
    assert matches("hour", "8-18/2", 10)
    assert not matches("hour", "8-18/2", 11)
    assert matches("weekday", "1-5,0", 0)
