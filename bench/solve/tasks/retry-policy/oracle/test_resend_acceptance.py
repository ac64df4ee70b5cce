import pytest
from resend.errors import GaveUp, SendError
from resend.policy import delay_s, is_temporary
from resend.send import send


class Line:
    """Answers with the given statuses, one per call; 200 succeeds."""

    def __init__(self, *statuses):
        self.statuses = list(statuses)
        self.waits = []

    def __call__(self):
        status = self.statuses.pop(0)
        if status != 200:
            raise SendError(status)
        return "sent"


def test_which_errors_are_temporary():
    answers = {status: is_temporary(SendError(status)) for status in (400, 404, 408, 429, 499, 500)}
    assert answers == {400: False, 404: False, 408: True, 429: True, 499: False, 500: True}


def test_delays_double_up_to_thirty_seconds():
    assert [delay_s(attempt) for attempt in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_temporary_errors_are_tried_again():
    line = Line(500, 429, 200)
    assert send(line, 5, line.waits.append) == "sent"
    assert line.waits == [1, 2]


def test_a_permanent_error_is_raised_at_once():
    line = Line(503, 404, 200)
    with pytest.raises(SendError, match="status 404"):
        send(line, 5, line.waits.append)
    assert line.waits == [1]
    assert line.statuses == [200]


def test_no_waiting_after_the_last_attempt():
    line = Line(500, 500, 500, 200)
    with pytest.raises(GaveUp, match="gave up after 3 attempts"):
        send(line, 3, line.waits.append)
    assert line.waits == [1, 2]
    assert line.statuses == [200]


def test_giving_up_names_the_last_error_as_its_cause():
    line = Line(500, 502)
    with pytest.raises(GaveUp) as caught:
        send(line, 2, line.waits.append)
    assert isinstance(caught.value.__cause__, SendError)
    assert caught.value.__cause__.status == 502


def test_a_single_attempt():
    line = Line(429)
    with pytest.raises(GaveUp):
        send(line, 1, line.waits.append)
    assert line.waits == []
