"""Serving: how a product is started, so that it can be asked over its interface."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """`[contract]`: how the product is served, so that it can be asked as an OpenAPI document says."""

    serve: tuple[str, ...] = ()
    """Command as a list of words, started in the tree; `{port}` is where it must listen on 127.0.0.1, and a word
    `python` is the project's own."""
    path: str = ""
    """In front of the document's paths, such as `/api`."""
    examples: int = 50
    """Requests made up for each operation, at most."""
    wall_time_s: float = 120.0
