"""Finding links that lead nowhere."""

from pages.kinds import is_external
from pages.resolve import resolve


def broken(site: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return (page, link) for links to missing pages; `site` maps paths to their links."""
    found = []
    for page, links in site.items():
        for link in links:
            if not is_external(link) and resolve(page, link) not in site:
                found.append((page, link))
    return found
