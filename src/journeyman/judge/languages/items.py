"""Equality of test files in any language: whatever is not waived and not an added test must be the very same."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from journeyman.judge.languages.syntax import Grammar, parse, shape

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One definition or statement of a file or of a group in it."""

    nodes: "tuple[Node, ...]"
    """The node, and those before it that belong to it, as attributes do."""
    name: str = ""
    """Of a test or a group; empty for anything else."""
    plain: bool = False
    """A test as anyone may add one: nothing about it but that it is a test."""
    body: "Node | None" = None
    """Of a group: where its own items are."""


Split = Callable[["Node"], tuple[Item, ...]]
"""File or body of a group → its items, comments left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSyntax:
    """How tests are written in a language."""

    __test__ = False

    grammar: Grammar
    split: Split
    joiner: str = "::"
    """Between the names of a group and of what is in it."""

    def only_waived_or_new(self, before: bytes, after: bytes, waived: Collection[str]) -> bool:
        """Return whether two versions of a file differ only in waived tests and in tests added."""
        old, new = parse(self.grammar, before), parse(self.grammar, after)
        if old is None or new is None:
            return False
        known = self.names(old)
        return self._same(self.split(old), self.split(new), prefix="", waived=waived, known=known)

    def alike(self, old: Item, new: Item, known: frozenset[str]) -> bool:
        """Return whether one item of a file is another, apart from tests added within it."""
        return self._alike(old, new, prefix="", waived=(), known=known)

    def names(self, node: "Node", prefix: str = "") -> frozenset[str]:
        """Return the full names of all tests and groups."""
        found: set[str] = set()
        for item in self.split(node):
            if item.name:
                found.add(prefix + item.name)
            if item.body is not None:
                found |= self.names(item.body, f"{prefix}{item.name}{self.joiner}")
        return frozenset(found)

    def _same(
        self,
        old: tuple[Item, ...],
        new: tuple[Item, ...],
        *,
        prefix: str,
        waived: Collection[str],
        known: frozenset[str],
    ) -> bool:
        """Walk both lists together: each old item in its place, between them only what may have come or gone."""
        at = 0
        for item in new:
            while at < len(old) and prefix + old[at].name in waived and old[at].name:
                at += 1
            if at < len(old) and self._alike(old[at], item, prefix=prefix, waived=waived, known=known):
                at += 1
                continue
            full = prefix + item.name
            if not item.name or not (full in waived or (item.plain and full not in known)):
                return False
        return all(item.name and prefix + item.name in waived for item in old[at:])

    def _alike(self, old: Item, new: Item, *, prefix: str, waived: Collection[str], known: frozenset[str]) -> bool:
        if old.name != new.name or self._shape(old) != self._shape(new):
            return False
        if old.body is None or new.body is None:
            return old.body is new.body
        inner = f"{prefix}{old.name}{self.joiner}"
        return self._same(self.split(old.body), self.split(new.body), prefix=inner, waived=waived, known=known)

    def _shape(self, item: Item) -> tuple[object, ...]:
        return tuple(shape(node, self.grammar, without=item.body) for node in item.nodes)
