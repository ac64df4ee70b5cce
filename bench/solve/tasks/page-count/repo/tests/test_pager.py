from pager.count import page_count
from pager.cut import page_items
from pager.walk import all_pages


def test_full_pages():
    assert page_count(20, 10) == 2
    assert all_pages([1, 2, 3, 4], 2) == [[1, 2], [3, 4]]


def test_items_of_a_page():
    assert page_items([1, 2, 3, 4, 5], 3, 2) == [5]
