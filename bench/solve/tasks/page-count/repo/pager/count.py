"""How many pages there are."""


def page_count(total: int, per_page: int) -> int:
    """Return how many pages are needed for `total` items."""
    return total // per_page


def is_last(page: int, total: int, per_page: int) -> bool:
    """Say whether `page` (the first is 1) is the last page."""
    return page == page_count(total, per_page)
