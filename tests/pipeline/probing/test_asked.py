"""Tests and examples, as questions."""

import ast
import textwrap

from journeyman.pipeline.probing.asked import Body, bodies_of_examples, bodies_of_tests


def told(body: Body) -> str:
    return ast.unparse(ast.fix_missing_locations(ast.Module(body=list(body.statements), type_ignores=[])))


def of_test(text: str) -> list[str]:
    return [told(body) for body in bodies_of_tests("t.py", textwrap.dedent(text))]


def test_an_assertion_tells_what_it_looks_at_and_not_what_is_expected() -> None:
    (body,) = of_test("""
        def test_f():
            x = g(1)
            assert f(x) == [1, 2]
            assert 3 == h(x)
            assert "a" in k(x)
            assert not done(x) and left(x) > right(x)
        """)
    asked = ("x = g(1)", "f(x)", "h(x)", "k(x)", "done(x)", "left(x)", "right(x)")
    assert body.splitlines() == [asked[0], *(f"tell({one})" for one in asked[1:])]


def test_what_must_raise_tells_what_was_raised() -> None:
    (body,) = of_test("""
        def test_f():
            with pytest.raises(ValueError, match="x"):
                f(0)
        """)
    assert "f(0)\n    tell('nothing raised')\nexcept Exception as _error:\n    tell('raised '" in body


def test_unittest_methods_and_parametrised_rows_are_questions_too() -> None:
    assert of_test("""
        class TestF(TestCase):
            def test_one(self):
                self.assertEqual(f(1), 2)

            def test_two(self):
                self.assertEqual(self.made, 2)

        @pytest.mark.parametrize("given, wanted", [(1, 2), (3, 4), pytest.param(5, 6, id="x")])
        def test_rows(given, wanted):
            assert f(given) == wanted
        """) == [
        "tell(f(1))",
        "given, wanted = (1, 2)\ntell(f(given))\ntell(wanted)",
        "given, wanted = (3, 4)\ntell(f(given))\ntell(wanted)",
    ]


def test_a_simple_fixture_is_called_and_what_only_a_runner_gives_is_left_alone() -> None:
    source = """
        import pytest

        @pytest.fixture
        def cart():
            return Cart()

        @pytest.fixture
        def file():
            yield 1

        def test_cart(cart):
            assert cart.total() == 0

        def test_file(file):
            assert file

        def test_tmp(tmp_path):
            assert read(tmp_path)

        async def test_later():
            assert await f()
        """
    (body,) = bodies_of_tests("t.py", textwrap.dedent(source))
    assert told(body) == "cart = cart()\ntell(cart.total())"
    assert "@" not in "".join(ast.unparse(node) for node in body.preamble)


def test_what_is_no_python_asks_nothing() -> None:
    assert of_test("def test_f(:") == []
    assert list(bodies_of_examples("e", "no prompt here")) == []


def test_the_examples_of_a_spec_are_one_question() -> None:
    text = "Like this:\n\n>>> from a import f\n>>> x = 2\n>>> f(x)\n4\n>>> f(None)\nTraceback (most recent call last):\nTypeError: no\n"
    (body,) = bodies_of_examples("e", text)
    assert [ast.unparse(node) for node in body.preamble] == ["from a import f"]
    assert told(body).count("tell(f(") == 2
