from spans import Span, merge
from spans.cover import covered


def test_overlapping_spans_become_one():
    assert merge([Span(1, 5), Span(3, 8)]) == [Span(1, 8)]


def test_touching_spans_become_one():
    assert merge([Span(1, 3), Span(3, 6)]) == [Span(1, 6)]


def test_separate_spans_stay_apart_in_order():
    assert merge([Span(7, 9), Span(1, 2), Span(4, 5)]) == [Span(1, 2), Span(4, 5), Span(7, 9)]


def test_a_span_inside_another_disappears():
    assert merge([Span(0, 10), Span(2, 3), Span(9, 12)]) == [Span(0, 12)]


def test_empty_spans_are_left_out():
    assert merge([Span(4, 4), Span(1, 2)]) == [Span(1, 2)]
    assert merge([]) == []


def test_covered_and_input_kept():
    spans = [Span(5, 9), Span(0, 6), Span(20, 21)]
    assert covered(spans) == 10
    assert spans == [Span(5, 9), Span(0, 6), Span(20, 21)]
