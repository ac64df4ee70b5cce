"""Two versions of a Python test file, unit by unit: what existed must be the very same, what came must be harmless."""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from journeyman.judge.protection.edit import TestEdit
from journeyman.judge.protection.python_additions import Additions
from journeyman.judge.protection.python_units import (
    Definition,
    TestModule,
    Unit,
    imported_from,
    is_standard,
    read_module,
)
from journeyman.judge.protection.python_words import describe


def read_python_edits(before: bytes, after: bytes, waived: Collection[str] = ()) -> tuple[TestEdit, ...]:
    """Return what was done to the tests of a Python file and to what they are made of; see `TestReader`."""
    old, new = read_module(before), read_module(after)
    if old is None or new is None:
        if before == after:
            return ()
        return (TestEdit("unreadable", "", 0, "leaves something that is no Python"),)
    return tuple(_Comparison(old, new, frozenset(waived)).edits())


@dataclass(frozen=True)
class _Comparison:
    old: TestModule
    new: TestModule
    waived: frozenset[str]

    def edits(self) -> Iterator[TestEdit]:
        before, after = self.old.by_key(), self.new.by_key()
        added = tuple(unit for key, unit in after.items() if key not in before and not self._free(unit))
        gone = [unit for key, unit in before.items() if key not in after and not self._free(unit)]
        replaced = {unit.name for unit in gone if unit.name}
        for key, was in before.items():
            now = after.get(key)
            if now is not None and now.shape != was.shape and not self._free(was):
                yield from describe(was, now)
        yield from self._gone(gone, added)
        yield from Additions(
            self.old, self.new, tuple(u for u in added if u.name not in replaced or u.is_import)
        ).edits()
        yield from self._order(before, after)

    def _free(self, unit: Unit) -> bool:
        """Return whether a waiver covers a unit or the class it stands in."""
        parts = unit.name.split("::")
        return any("::".join(parts[:size]) in self.waived for size in range(1, len(parts) + 1))

    def _gone(self, gone: list[Unit], added: tuple[Unit, ...]) -> Iterator[TestEdit]:
        classes = {unit.name for unit in gone if isinstance(unit.node, ast.ClassDef)}
        for unit in gone:
            if unit.owner in classes or self._unused_import(unit):
                continue
            yield _farewell(unit, added)

    def _unused_import(self, unit: Unit) -> bool:
        """Return whether nobody can miss an import: its name is unused, and its module is imported still."""
        if not unit.is_import or unit.own_name.startswith("*"):
            return False
        module = imported_from(unit.shape)
        still = {imported_from(other.shape) for other in self.new.units if other.is_import}
        return unit.own_name not in self.old.used and (is_standard(module) or module in still)

    def _order(self, before: dict[str, Unit], after: dict[str, Unit]) -> Iterator[TestEdit]:
        """Yield an edit when statements run in another order; definitions may stand where they like."""
        old = [key for key, unit in before.items() if key in after and _acts_in_order(unit)]
        new = [key for key in after if key in before and _acts_in_order(after[key])]
        moved = (
            next((now for was, now in zip(old, new, strict=True) if was != now), None) if len(old) == len(new) else None
        )
        if moved is not None:
            unit = after[moved]
            yield TestEdit("reordered", unit.owner, unit.line, "runs its statements in another order")


def _acts_in_order(unit: Unit) -> bool:
    return not unit.is_import and not isinstance(unit.node, Definition)


def _farewell(unit: Unit, added: tuple[Unit, ...]) -> TestEdit:
    """Say how something went: deleted, renamed, or replaced by another kind of thing."""
    name, node = unit.own_name, unit.node
    heir = next((other for other in added if other.name == unit.name and not other.is_import), None)
    if heir is not None and isinstance(node, Definition):
        value = heir.node.value if isinstance(heir.node, ast.Assign) else None
        kind = "a lambda" if isinstance(value, ast.Lambda) else ast.unparse(heir.node).partition("\n")[0][:60]
        return TestEdit("replaced", unit.name, heir.line, f"puts {kind} in the place of `{name}`")
    if isinstance(node, Definition):
        twin = next((other for other in added if _same_but_for_name(unit, other)), None)
        if twin is not None:
            how = "" if twin.own_name.lower().startswith("test") else ", which the runner does not collect,"
            return TestEdit("renamed", unit.name, twin.line, f"renames `{name}` to `{twin.own_name}`{how}")
        kind = "test" if name.lower().startswith("test") else "helper"
        return TestEdit(f"{kind}-removed", unit.name, unit.line, f"deletes the {kind} `{name}`")
    if unit.is_import:
        return TestEdit("import-removed", unit.owner, unit.line, f"removes the import of `{name}`")
    said = ast.unparse(node).partition("\n")[0][:60]
    return TestEdit("statement-removed", unit.owner, unit.line, f"removes or changes `{said}`")


def _same_but_for_name(old: Unit, new: Unit) -> bool:
    if type(old.node) is not type(new.node) or not isinstance(new.node, Definition):
        return False
    return old.shape.replace(f"name='{old.own_name}'", "") == new.shape.replace(f"name='{new.own_name}'", "")
