from resend.errors import GaveUp, SendError
from resend.policy import is_temporary
from resend.send import send


def test_success_needs_no_waiting():
    waits = []
    assert send(lambda: "ok", 3, waits.append) == "ok"
    assert waits == []


def test_server_errors_are_temporary():
    assert is_temporary(SendError(503))
    assert not is_temporary(SendError(302))


def test_message():
    assert str(GaveUp(3)) == "gave up after 3 attempts"
