"""All pages in a row."""

from pager.count import page_count
from pager.cut import page_items


def all_pages(items: list, per_page: int) -> list[list]:
    """Return every page as a list of its items."""
    pages = page_count(len(items), per_page)
    return [page_items(items, page, per_page) for page in range(1, pages + 1)]
