"""Mutants: each parses, differs, stands in a changed function, and comes in the same order each time."""

import ast

from journeyman.judge.newtests.mutants import changed_functions, mutants

BEFORE = b"def f(a):\n    return a\n\n\ndef g(a):\n    return a * 2\n"
AFTER = b"""\
def f(a):
    if a > 3 and not a == 7:
        a += 1
    return a - 1


class Box:
    def size(self):
        full = True
        self.count()
        return full


def g(a):
    return a * 2
"""


def test_only_changed_functions_are_broken() -> None:
    assert set(changed_functions(BEFORE, AFTER)) == {"f", "Box.size"}
    found = mutants(BEFORE, AFTER, most=100)
    assert {mutant.function for mutant in found} == {"f", "Box.size"}
    assert changed_functions(BEFORE, b"def f(:\n") == {}
    assert mutants(BEFORE, BEFORE + b"LIMIT = 3\n", most=9) == ()


def test_each_mutant_is_another_program() -> None:
    found = mutants(BEFORE, AFTER, most=100)
    original = ast.dump(ast.parse(AFTER))
    dumps = [ast.dump(ast.parse(mutant.content)) for mutant in found]
    assert len(found) >= 10
    assert original not in dumps
    assert len(set(dumps)) == len(dumps)
    assert all(1 < mutant.line < 12 for mutant in found)


def test_they_are_few_in_fixed_order_and_taken_in_turn() -> None:
    first, again = mutants(BEFORE, AFTER, most=4), mutants(BEFORE, AFTER, most=4)
    assert first == again
    assert [mutant.function for mutant in first] == ["Box.size", "f", "Box.size", "f"]
