from spans import Span


def test_size():
    assert Span(3, 8).size() == 5


def test_spans_are_values():
    assert Span(1, 2) == Span(1, 2)
