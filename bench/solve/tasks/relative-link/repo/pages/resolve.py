"""From links to paths."""


def resolve(page: str, link: str) -> str:
    """Return the path that `link` on the page at path `page` leads to."""
    if link.startswith("/"):
        return link
    folder = page.rsplit("/", 1)[0]
    while link.startswith("../"):
        folder = folder.rsplit("/", 1)[0]
        link = link[3:]
    return folder + "/" + link
