"""The items of a page."""


def page_items(items: list, page: int, per_page: int) -> list:
    """Return the items on `page`; the first page is 1."""
    start = (page - 1) * per_page
    return items[start : start + per_page]
