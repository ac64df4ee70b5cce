"""What a parser tells the chunker: where the definitions of a file are, and where a long one may be cut."""

from dataclasses import dataclass

LONG_DEFINITION = 120
"""Lines from which on the functions inside a function are definitions of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A definition: its lines, its qualified name, and the definitions inside it."""

    start: int
    """1-based, inclusive, decorators included."""
    end: int
    name: str
    inner: "tuple[Unit, ...]" = ()
    """Methods of a class, in order; empty where the lines belong together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The outermost definitions of a file, in order."""

    units: tuple[Unit, ...]
    cuts: frozenset[int] | None = None
    """First lines of statements; None leaves it to indentation."""
