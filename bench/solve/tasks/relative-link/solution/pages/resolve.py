"""From links to paths."""


def resolve(page: str, link: str) -> str:
    """Return the path that `link` on the page at path `page` leads to."""
    link = link.partition("#")[0]
    if not link:
        return page
    full = link if link.startswith("/") else page.rsplit("/", 1)[0] + "/" + link
    segments = full.split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    is_folder = segments[-1] in ("", ".", "..")
    return "/" + "/".join(kept) + ("/" if kept and is_folder else "")
