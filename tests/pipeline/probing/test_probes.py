"""What is asked of candidates: bounded, in fixed order, from everything that shows how the code is used."""

import ast

from hypothesis import given
from hypothesis import strategies as st

from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.spec import OracleTest, Source, Spec
from journeyman.domain.verification import Ground
from journeyman.pipeline.probing import probes_for
from journeyman.pipeline.probing.probes import MOST
from journeyman.pipeline.probing.signatures import calls
from journeyman.pipeline.probing.varied import variants
from journeyman.testing.repository import InMemoryRepository

TEST = b"from shop.cart import total\n\n\ndef test_total():\n    assert total([1, 2], 'eur') == 3\n"
CODE = "def total(prices: list[int], unit: str = 'eur') -> int:\n    return {}\n"


def spec(**fields: object) -> Spec:
    return Spec(title="t", intent="i", source=Source(locator="text:", digest="d"), **fields)  # type: ignore[arg-type]


def candidate(name: str, *changes: tuple[str, str]) -> Candidate:
    return Candidate(id=name, changes=tuple(FileChange(path=path, content=text.encode()) for path, text in changes))


async def asked(wanted: Spec, *candidates: Candidate) -> dict[str, str]:
    repository = InMemoryRepository.of({"shop/cart.py": CODE.format(0).encode(), "tests/test_cart.py": TEST})
    ground = Ground(base=await repository.snapshot(""))
    probes = await probes_for(wanted, ground, candidates, repository=repository)
    assert len({probe.id for probe in probes}) == len(probes) <= MOST
    for probe in probes:
        ast.parse(probe.source)
    return {probe.id: probe.source for probe in probes}


async def test_a_test_is_asked_as_it_stands_and_with_one_literal_changed() -> None:
    found = await asked(spec(oracle_tests=(OracleTest(path="tests/test_new.py", content=TEST),)))
    assert found["tests/test_new.py::test_total"] == "from shop.cart import total\ntell(total([1, 2], 'eur'))\n"
    varied = {source.splitlines()[1] for source in found.values()}
    assert {"tell(total([2, 2], 'eur'))", "tell(total([2, 1], 'eur'))", "tell(total([1, 2], ''))"} <= varied


async def test_the_wanted_tests_of_the_base_and_those_of_candidates_are_asked() -> None:
    new = "from shop.cart import total\n\n\ndef test_none():\n    assert total([]) == 0\n"
    one = candidate("0.1", ("tests/test_more.py", new))
    found = await asked(spec(must_pass=("tests/test_cart.py::test_total",)), one, candidate("1.1"))
    assert "tests/test_cart.py::test_total" in found
    assert "tests/test_more.py::test_none" in found


async def test_the_tests_of_the_base_that_name_a_changed_module_are_asked() -> None:
    found = await asked(spec(), candidate("0.1", ("shop/cart.py", CODE.format("sum(prices)"))))
    assert found["tests/test_cart.py::test_total"] == "from shop.cart import total\ntell(total([1, 2], 'eur'))\n"
    assert await asked(spec(), candidate("0.1", ("shop/other.py", "X = 1\n"))) == {}


def test_a_deed_is_done_twice_and_not_at_all() -> None:
    body = ast.parse("c = C()\nc.put(1)\ntell(c.keys())").body
    made = [ast.unparse(ast.Module(body=list(one), type_ignores=[])) for one in variants(body, most=4)]
    assert "c = C()\nc.put(1)\nc.put(1)\ntell(c.keys())" in made
    assert "c = C()\ntell(c.keys())" in made


def test_what_the_code_speaks_of_is_tried_in_literals() -> None:
    body = ast.parse("tell(f('ab', 5))").body
    made = [
        ast.unparse(ast.Module(body=list(one), type_ignores=[])) for one in variants(body, most=9, spoken=['"', 60])
    ]
    assert "tell(f('a\"b', 5))" in made
    assert "tell(f('ab', 60))" in made


async def test_changed_functions_are_called_by_their_signatures() -> None:
    found = await asked(spec(), candidate("0.1", ("shop/cart.py", CODE.format("sum(prices)"))))
    assert any(source.startswith("from shop.cart import total\ntell(total([], ") for source in found.values())
    same = await asked(spec(), candidate("0.1", ("shop/cart.py", CODE.format(0))))
    assert not any(name.startswith("shop/cart.py::total") for name in same)


async def test_the_order_of_candidates_asks_nothing_else() -> None:
    one = candidate("0.1", ("shop/cart.py", CODE.format("sum(prices)")))
    other = candidate("1.1", ("shop/cart.py", CODE.format("max(prices)")))
    assert await asked(spec(), one, other) == await asked(spec(), other, one)


def test_a_parameter_of_an_unknown_type_is_not_guessed() -> None:
    assert list(calls("a.py", "", "def f(x: Cart): ...\ndef g(y): ...\ndef _h(z: int): ...\n")) == []
    assert [source for _, source in calls("src/a/__init__.py", "", "def f(x: None): ...\n")] == [
        "from a import f\ntell(f(None))\n"
    ]


literals = st.recursive(
    st.one_of(st.integers(-99, 99), st.text("ab, '", max_size=4), st.booleans(), st.floats(-9, 9)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)),
    max_leaves=6,
)


@given(st.lists(literals, min_size=1, max_size=3), st.integers(0, 12))
def test_a_variant_differs_in_one_place_and_leaves_the_original_alone(values: list[object], most: int) -> None:
    source = f"tell(f({', '.join(map(repr, values))}))"
    statements = ast.parse(source).body
    made = [ast.unparse(ast.Module(body=list(one), type_ignores=[])) for one in variants(statements, most=most)]
    assert len(made) <= most
    assert ast.unparse(ast.Module(body=statements, type_ignores=[])) == ast.unparse(ast.parse(source))
    assert all(text != ast.unparse(ast.parse(source)) for text in made)
