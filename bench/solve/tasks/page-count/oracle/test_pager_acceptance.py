from pager.count import is_last, page_count
from pager.walk import all_pages


def test_a_partly_filled_page_counts():
    assert page_count(21, 10) == 3
    assert page_count(3, 10) == 1


def test_full_pages_are_counted_once():
    assert page_count(30, 10) == 3


def test_no_items_no_pages():
    assert page_count(0, 10) == 0


def test_walking_loses_no_item():
    assert all_pages(["a", "b", "c", "d", "e"], 2) == [["a", "b"], ["c", "d"], ["e"]]


def test_last_page():
    assert is_last(3, 21, 10)
    assert not is_last(2, 21, 10)
