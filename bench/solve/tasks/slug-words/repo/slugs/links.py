"""Links to posts."""

from slugs.slug import slugify


def join_url(root: str, *parts: str) -> str:
    """Join `root` and `parts` with single slashes."""
    cleaned = [part.strip("/") for part in parts]
    return "/".join([root.rstrip("/"), *cleaned])


def post_link(root: str, title: str) -> str:
    """Return the address of the post called `title`."""
    return join_url(root, "posts", slugify(title))
