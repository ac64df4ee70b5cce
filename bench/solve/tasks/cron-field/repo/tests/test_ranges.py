from timetable.ranges import limits


def test_limits():
    assert limits("minute") == (0, 59)
    assert limits("weekday") == (0, 6)
