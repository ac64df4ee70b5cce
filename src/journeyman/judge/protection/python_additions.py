"""Additions to a Python test file: what provably cannot reach a test that was there, and why the rest may.

An addition is harmless when its name is new to the whole file, nobody looks for it by name (runner, plug-ins,
`unittest`), and importing the file does nothing for it but make a value.
"""

import ast
import unittest
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from journeyman.judge.protection.edit import TestEdit
from journeyman.judge.protection.python_purity import acting_part, decorators_of
from journeyman.judge.protection.python_units import Definition, TestModule, Unit, imported_from, is_standard

_COLLECTION = frozenset({"__test__", "pytestmark", "collect_ignore", "collect_ignore_glob", "pytest_plugins"})
_HOOKS = frozenset(
    {
        *("setup_module", "teardown_module", "setup_function", "teardown_function", "setup_method", "teardown_method"),
        *("setup_class", "teardown_class", "setup", "teardown", "setUpModule", "tearDownModule", "load_tests"),
        *("event_loop", "event_loop_policy", "anyio_backend"),
    }
)
_OF_UNITTEST = frozenset(name for name in dir(unittest.IsolatedAsyncioTestCase) if not name.startswith("test"))
_KNOWN_PARENTS = frozenset({"object", "TestCase", "IsolatedAsyncioTestCase", "Exception", "NamedTuple", "TypedDict"})
_LOOKS_UP = frozenset({"globals", "getmembers", "__subclasses__", "iter_fields"})


@dataclass(frozen=True)
class Additions:
    """Judges what the new version of a file has beyond the old one."""

    old: TestModule
    new: TestModule
    added: tuple[Unit, ...]

    def edits(self) -> Iterator[TestEdit]:
        """Yield one edit for each addition that may reach what was there."""
        for unit in self.added:
            technique, what = self._harm(unit)
            if what:
                name = unit.name if isinstance(unit.node, Definition) else unit.owner
                yield TestEdit(technique, name, unit.line, what, addition=True)

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(unit.name for unit in self.added if isinstance(unit.node, ast.ClassDef))

    @cached_property
    def _fresh(self) -> frozenset[str]:
        """Names that the change defines, and what it imports from the project under a name that says nothing."""
        return frozenset(
            unit.own_name
            for unit in self.added
            if not unit.is_import or not (is_standard(imported_from(unit.shape)) or unit.name[:1].isupper())
        )

    @cached_property
    def _decorators(self) -> frozenset[str]:
        return decorators_of(self.old.tree)

    def _harm(self, unit: Unit) -> tuple[str, str]:
        """Return (technique, words) of how an addition may reach an existing test; empty when it cannot."""
        if unit.is_import:
            return self._import_harm(unit)
        # A new class answers for its members, which nobody else sees.
        harm = None if unit.owner in self._classes else self._name_harm(unit) or self._member_harm(unit)
        return harm or self._import_time_harm(unit)

    def _name_harm(self, unit: Unit) -> tuple[str, str] | None:
        """Judge an addition by its name."""
        name, node = unit.own_name, unit.node
        if name in _COLLECTION:
            return "collection-switch", f"adds `{name}`, which decides what is collected and how,"
        if isinstance(node, Definition) and any(_is_fixture(decorator) for decorator in node.decorator_list):
            return _fixture_harm(name, node)
        if name in _HOOKS or name.startswith("pytest_") or _is_dunder(name):
            return "hook-added", f"adds `{name}`, which is called around every test,"
        if name and name in self.old.identifiers:
            return "shadowed", f"adds another `{name}`, which takes the place of the one that was there,"
        if name and not self.old.identifiers.isdisjoint(_LOOKS_UP):
            return "looked-up", f"adds `{name}`, and the tests there look names up as they run,"
        return None

    def _member_harm(self, unit: Unit) -> tuple[str, str] | None:
        """Judge what is added to a class that was there."""
        if not unit.owner:
            return None
        if unit.own_name in _OF_UNITTEST:
            return "hook-added", f"adds `{unit.own_name}`, which every test of `{unit.owner}` goes through,"
        heads = {head.name: head.node for head in self.new.units if isinstance(head.node, ast.ClassDef)}
        head = heads.get(unit.owner)
        for parent in map(ast.unparse, head.bases if isinstance(head, ast.ClassDef) else ()):
            if parent.rpartition(".")[2] not in _KNOWN_PARENTS:
                return "shadowed", f"adds `{unit.own_name}`, which may hide what `{parent}` gives to `{unit.owner}`,"
        return None

    def _import_time_harm(self, unit: Unit) -> tuple[str, str]:
        acting = acting_part(unit.node, fresh=self._fresh, decorators=self._decorators)
        return ("side-effect", f"runs `{acting[:80]}` when the file is imported") if acting else ("", "")

    def _import_harm(self, unit: Unit) -> tuple[str, str]:
        module, bound = imported_from(unit.shape), unit.own_name
        if bound.startswith("*"):
            return "star-import", f"adds a star import of `{module}`, which may take the place of any name,"
        known = {imported_from(other.shape) for other in self.old.units if other.is_import}
        packages = {name.partition(".")[0] for name in known} | {"pytest"}
        package = module.partition(".")[0]
        # `import a.b` beside `import a` binds `a` once more, to the same module.
        again = isinstance(unit.node, ast.Import) and bound == package and package in packages
        if bound in self.old.identifiers and not again:
            return "shadowed", f"imports another `{bound}`, which takes the place of the one that was there,"
        # What stands beside the tests may have come with this very change; the product is judged as such.
        beside_tests = not module.strip(".") or package in {"", "test", "tests"}
        if is_standard(module) or (module.strip(".") and module in known):
            return "", ""
        if not beside_tests and package in packages:
            return "", ""
        return "import-added", f"imports `{module}`, which was not imported before and runs when it is,"


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _is_fixture(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(target).rpartition(".")[2] in {"fixture", "yield_fixture"}


def _fixture_harm(name: str, node: Definition) -> tuple[str, str]:
    if "autouse=True" in "".join(map(ast.unparse, node.decorator_list)):
        return "autouse-fixture", f"adds `{name}`, a fixture that every test goes through,"
    return "fixture-added", f"adds the fixture `{name}`, which may stand for one that others ask for,"
