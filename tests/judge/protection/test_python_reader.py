"""Every way to weaken a Python test, said in words; and what is no change at all."""

import pytest

from journeyman.judge.protection import edit_findings
from journeyman.judge.protection.python_reader import read_python_edits

BASE = '''\
import math
import unittest

import pytest

from calc import add, rate
from helpers import check_sum

ROWS = [(1, 2, 3), (4, 5, 9)]
LIMIT = 3


@pytest.fixture
def adder():
    return add


def test_add():
    """Two and three."""
    assert add(2, 3) == 5


@pytest.mark.parametrize(("left", "right", "result"), [(4, 5, 9), (10, 20, 30)])
def test_rows(left, right, result):
    assert add(left, right) == result


@pytest.mark.timeout(5)
def test_rate():
    assert rate(1) == pytest.approx(0.1, abs=0.01)
    assert rate(2) > 0.1


def test_raises():
    with pytest.raises(ValueError, match="no"):
        add("a", None)


def test_slow(adder):
    result = adder(1, 2, timeout=3)
    assert result == 3
    check_sum(adder, 1, 2)


class TestTotal(unittest.TestCase):
    def test_total(self):
        self.assertEqual(add(1, 2), 3)
        self.assertAlmostEqual(rate(3), 0.3, places=7)
'''
ASSERT = "    assert add(2, 3) == 5\n"
HEAD = "def test_add():\n"
ROWS = "[(4, 5, 9), (10, 20, 30)]"
TOTAL = "        self.assertEqual(add(1, 2), 3)\n"

EDITS: list[tuple[str, str, str, str]] = [
    # technique, what is replaced, by what, words of the reason
    ("test-removed", f'{HEAD}    """Two and three."""\n{ASSERT}', "", "deletes the test `test_add`"),
    (
        "renamed",
        "def test_add",
        "def check_add",
        "renames `test_add` to `check_add`, which the runner does not collect",
    ),
    ("skip-added", HEAD, f"@pytest.mark.skip\n{HEAD}", "skips the test"),
    ("skip-added", HEAD, f'@unittest.skip("later")\n{HEAD}', "skips the test"),
    ("skipif-added", HEAD, f'@pytest.mark.skipif(True, reason="x")\n{HEAD}', "on a condition"),
    ("skipif-added", HEAD, f"@unittest.skipUnless(LIMIT > 3, 'x')\n{HEAD}", "on a condition"),
    ("xfail-added", HEAD, f"@pytest.mark.xfail(strict=False)\n{HEAD}", "expected to fail"),
    ("xfail-added", HEAD, f"@unittest.expectedFailure\n{HEAD}", "expected to fail"),
    ("retries-added", HEAD, f"@pytest.mark.flaky(reruns=9)\n{HEAD}", "repeated until it passes"),
    ("timeout-changed", "timeout(5)", "timeout(500)", "timeout(500)"),
    ("mark-added", HEAD, f"@pytest.mark.slow\n{HEAD}", "leave it out"),
    ("made-a-fixture", HEAD, f"@pytest.fixture\n{HEAD}", "runs as no test"),
    ("decorator-added", HEAD, f"@quiet\n{HEAD}", "in the place of the test"),
    ("mock-added", HEAD, '@mock.patch("calc.add")\ndef test_add(fake):\n', "replaces what is tested"),
    ("decorator-removed", f'@pytest.mark.parametrize(("left", "right", "result"), {ROWS})\n', "", "its rows"),
    ("skip-added", ASSERT, f"    pytest.skip()\n{ASSERT}", "calls `pytest.skip()`"),
    ("skip-added", TOTAL, f"        self.skipTest('x')\n{TOTAL}", "skipTest"),
    ("skip-added", ASSERT, f"    raise unittest.SkipTest('x')\n{ASSERT}", "SkipTest"),
    ("xfail-added", ASSERT, f"    pytest.xfail()\n{ASSERT}", "pytest.xfail"),
    ("importorskip-added", ASSERT, f"    pytest.importorskip('absent')\n{ASSERT}", "importorskip"),
    ("skip-added", ASSERT, f"    pytest.exit('done', 0)\n{ASSERT}", "pytest.exit"),
    ("side-effect", "LIMIT = 3", 'LIMIT = 3\npytest.importorskip("absent")', "when the file is imported"),
    ("early-return", ASSERT, f"    return\n{ASSERT}", "returns early"),
    ("early-return", ASSERT, f"    if LIMIT:\n        return\n{ASSERT}", "returns early"),
    ("comparison-weakened", "== 5", "is not None", "`==` into `is not`"),
    ("comparison-weakened", "rate(2) > 0.1", "rate(2) >= 0.1", "`>` into `>=`"),
    ("comparison-weakened", "== 5", "in range(-9, 9)", "`==` into `in`"),
    ("comparison-inverted", "== 5", "!= 5", "`==` into `!=`"),
    ("comparison-dropped", ASSERT, "    assert add(2, 3)\n", "compares no more"),
    ("tuple-asserted", ASSERT, '    assert (add(2, 3) == 5, "sum")\n', "always true"),
    ("or-true", ASSERT, "    assert add(2, 3) == 5 or True\n", "cannot fail"),
    ("constant-asserted", ASSERT, "    assert True\n", "always true"),
    ("self-compared", ASSERT, "    assert add(2, 3) == add(2, 3)\n", "with itself"),
    ("alternative-added", ASSERT, "    assert add(2, 3) == 5 or add(2, 3) == -1\n", "another answer"),
    ("expectation-changed", "== 5", "== -1", "expects `-1` and no more `5`"),
    ("expectation-computed", "== 5", "== add(3, 2)", "from the code itself"),
    ("input-changed", "assert add(2, 3) == 5", "assert add(0, 5) == 5", "asks `add(0, 5)`"),
    ("input-changed", "adder(1, 2, timeout=3)", "adder(0, 3, timeout=3)", "hands in"),
    ("assertion-removed", "    assert rate(2) > 0.1\n", "", "removes the assertion"),
    ("assertion-removed", "    check_sum(adder, 1, 2)\n", "", "removes the assertion"),
    ("emptied", f'    """Two and three."""\n{ASSERT}', "    pass\n", "nothing to do"),
    ("exception-swallowed", ASSERT, f"    try:\n    {ASSERT}    except AssertionError:\n        pass\n", "`try`"),
    ("exception-swallowed", ASSERT, f"    with contextlib.suppress(AssertionError):\n    {ASSERT}", "suppress"),
    ("exception-swallowed", ASSERT, f"    with pytest.raises(Exception):\n    {ASSERT}", "expects a failure"),
    ("raises-broadened", 'raises(ValueError, match="no")', "raises(Exception)", "any exception"),
    ("raises-changed", ', match="no"', "", "what the exception must say"),
    ("assertion-guarded", ASSERT, f"    if LIMIT > 3:\n    {ASSERT}", "only on a condition"),
    ("assertion-in-loop", ASSERT, f"    for _ in []:\n    {ASSERT}", "no rounds"),
    ("assertion-in-loop", ASSERT, f"    while False:\n    {ASSERT}", "no rounds"),
    ("assertion-unreached", ASSERT, f"    def inner():\n    {ASSERT}", "function of its own"),
    ("tolerance-changed", "abs=0.01", "abs=10", "(abs from 0.01 to 10)"),
    ("tolerance-changed", "places=7", "places=0", "(places from 7 to 0)"),
    ("comparison-weakened", "self.assertEqual", "self.assertNotEqual", "`assertEqual` into `assertNotEqual`"),
    ("expectation-changed", "add(1, 2), 3)\n        self", "add(1, 2), -1)\n        self", "expects `-1`"),
    ("mock-added", ASSERT, f"    calc.add = lambda a, b: 5\n{ASSERT}", "in the place of `calc.add`"),
    ("mock-added", ASSERT, f"    add = MagicMock(return_value=5)\n{ASSERT}", "MagicMock"),
    ("mock-added", HEAD, "def test_add(monkeypatch):\n", "takes (monkeypatch)"),
    ("mock-added", ASSERT, f"    with mock.patch('calc.add'):\n    {ASSERT}", "mock.patch"),
    ("rows-removed", ROWS, "[(4, 5, 9)]", "removes 1 of 2 rows"),
    ("rows-emptied", ROWS, "[]", "every row"),
    ("rows-changed", ROWS, "[(4, 5, 9), (0, 0, 0)]", "changes the rows"),
    ("parametrize-changed", ROWS, f'{ROWS}, ids=["a", "b"]', "how the rows are named"),
    ("rows-removed", "ROWS = [(1, 2, 3), (4, 5, 9)]", "ROWS = [(1, 2, 3)]", "removes 1 of 2 rows"),
    ("value-changed", "LIMIT = 3", "LIMIT = 300", "from `3` to `300`"),
    ("made-a-generator", ASSERT, f"    yield\n{ASSERT}", "body never runs"),
    ("made-async", HEAD, f"async {HEAD}", "never await"),
    ("replaced", f'{HEAD}    """Two and three."""\n{ASSERT}', "test_add = lambda: None\n", "a lambda"),
    ("replaced", f'{HEAD}    """Two and three."""\n{ASSERT}', "test_add = None\n", "test_add = None"),
    ("shadowed", "class TestTotal", "def test_add():\n    pass\n\n\nclass TestTotal", "takes the place"),
    ("shadowed", "class TestTotal", "test_add = print\n\n\nclass TestTotal", "takes the place"),
    ("shadowed", "import math", "import math\nfrom fake import add as rate", "`rate`"),
    ("import-changed", "from calc import add", "from fake import add", "from `fake`"),
    ("import-removed", "from helpers import check_sum\n", "", "import of `check_sum`"),
    ("star-import", "import math", "import math\nfrom fake import *", "star import"),
    ("import-added", "import math", "import math\nimport patcher", "imports `patcher`"),
    ("collection-switch", "LIMIT = 3", "LIMIT = 3\n__test__ = False", "`__test__`"),
    ("collection-switch", "LIMIT = 3", "LIMIT = 3\npytestmark = pytest.mark.skip", "`pytestmark`"),
    ("collection-switch", "TestCase):\n", "TestCase):\n    __test__ = False\n\n", "`__test__`"),
    ("hook-added", "TestCase):\n", "TestCase):\n    def setUp(self):\n        self.assertEqual = print\n\n", "`setUp`"),
    ("hook-added", "LIMIT = 3", "LIMIT = 3\n\n\ndef setup_module():\n    pass", "`setup_module`"),
    ("hook-added", "LIMIT = 3", "LIMIT = 3\n\n\ndef load_tests(*a):\n    return None", "`load_tests`"),
    ("hook-added", "LIMIT = 3", "LIMIT = 3\n\n\ndef pytest_generate_tests(metafunc):\n    pass", "pytest_generate"),
    ("shadowed", "TestCase):\n", "TestCase):\n    def assertEqual(self, *a):\n        pass\n\n", "`assertEqual`"),
    ("hook-added", "TestCase):\n", "TestCase):\n    def run(self, result):\n        pass\n\n", "`run`"),
    ("autouse-fixture", HEAD, f"@pytest.fixture(autouse=True)\ndef quiet():\n    pass\n\n\n{HEAD}", "every test"),
    ("fixture-added", HEAD, f"@pytest.fixture\ndef quiet():\n    pass\n\n\n{HEAD}", "fixture `quiet`"),
    ("side-effect", "LIMIT = 3", "LIMIT = 3\nmath.calc = 3", "runs `math.calc = 3`"),
    ("side-effect", "LIMIT = 3", "LIMIT = 3\nMORE = add.patch()", "add.patch()"),
    ("side-effect", "import math", "import math\nROWS.clear()", "ROWS.clear()"),
    ("return-changed", "    return add\n", "    return lambda a, b: a + b\n", "makes it end in"),
    ("parents-changed", "(unittest.TestCase)", "(Quiet)", "inherit from (Quiet)"),
    ("skip-added", "class TestTotal", '@unittest.skip("x")\nclass TestTotal', "skips the test"),
    ("timeout-changed", "timeout=3", "timeout=300", "`timeout` from 3 to 300"),
    ("sleep-added", ASSERT, f"    time.sleep(9)\n{ASSERT}", "pause"),
    ("unreadable", HEAD, "def test_add(:\n", "no Python"),
]


@pytest.mark.parametrize(
    ("technique", "old", "new", "words"), EDITS, ids=[f"{number}-{edit[0]}" for number, edit in enumerate(EDITS)]
)
def test_each_technique_is_said_in_words(technique: str, old: str, new: str, words: str) -> None:
    assert old in BASE
    after = BASE.replace(old, new, 1)
    edits = read_python_edits(BASE.encode(), after.encode())
    assert technique in {edit.technique for edit in edits}, edits
    said = [edit for edit in edits if edit.technique == technique]
    assert any(words in edit.what for edit in said), said
    lines = max(after.count("\n"), BASE.count("\n"))
    assert all(0 < edit.line <= lines for edit in edits) or technique == "unreadable"


def test_a_finding_names_place_test_reason_and_remedy() -> None:
    after = BASE.replace("== 5", "== -1", 1)
    (edit,) = read_python_edits(BASE.encode(), after.encode())
    message = "E       assert -1 == 5\nE        +  where -1 = add(2, 3)"
    (finding,) = edit_findings("tests/test_calc.py", [edit], messages={"tests/test_calc.py::test_add": message})
    assert (finding.path, finding.line) == ("tests/test_calc.py", 20)
    assert finding.node_id == "tests/test_calc.py::test_add"
    assert "which is what the code gives without the change" in finding.reason
    assert "waiver" in finding.remedy
    (unlike,) = edit_findings("tests/test_calc.py", [edit], messages={"tests/test_calc.py::test_add": "assert 0 == 5"})
    assert "without the change" not in unlike.reason


HARMLESS = {
    "a comment": BASE.replace("LIMIT = 3", "# at most\nLIMIT = 3  # really"),
    "formatting": BASE.replace("(2, 3)", "(\n        2,\n        3,\n    )").replace('"left"', "'left'"),
    "parentheses": BASE.replace("assert add(2, 3) == 5", "assert (add(2, 3) == 5)"),
    "imports sorted otherwise": BASE.replace("import math\nimport unittest\n", "import unittest\nimport math\n"),
    "imports joined otherwise": BASE.replace(
        "from calc import add, rate", "from calc import rate\nfrom calc import add"
    ),
    "an unused import of the standard library gone": BASE.replace("import math\n", ""),
    "a docstring": BASE.replace("Two and three.", "Five."),
    "annotations": BASE.replace("def test_add():", "def test_add() -> None:").replace("(adder):", "(adder: object):"),
    "a new test": f"{BASE}\n\ndef test_more():\n    assert add(5, 5) == 10\n",
    "a new test with rows": f'{BASE}\n\n@pytest.mark.parametrize("n", [1, float("inf")])\ndef test_more(n):\n    pass\n',
    "a new test in a class": f"{BASE}\n    def test_more(self):\n        self.assertEqual(add(5, 5), 10)\n",
    "a new class with its own set-up": f"{BASE}\n\nclass TestMore:\n    def setup_method(self):\n        self.n = 1\n",
    "a new helper and constant": f"{BASE}\n\nMORE = [(1, 1, 2)]\n\n\ndef make(n):\n    return [n]\n",
    "a new import from the product": f"from calc import negate\n{BASE}\n\ndef test_more():\n    assert negate(1) == -1\n",
    "a new import of the standard library": f"import json\n{BASE}",
    "tests in another order": BASE.replace(f'{HEAD}    """Two and three."""\n{ASSERT}\n\n', "")
    + f'\n\n{HEAD}    """Two and three."""\n{ASSERT}',
}


@pytest.mark.parametrize("after", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_reaches_no_existing_test_is_no_change(after: str) -> None:
    assert after != BASE
    assert read_python_edits(BASE.encode(), after.encode()) == ()


def test_a_docstring_that_somebody_reads_is_part_of_the_test() -> None:
    base = f"{BASE}\n\ndef test_doc():\n    assert test_add.__doc__\n"
    assert read_python_edits(base.encode(), base.replace("Two and three.", "").encode())
    doctest = BASE.replace("Two and three.", ">>> add(2, 3)")
    assert read_python_edits(doctest.encode(), doctest.replace(">>> add(2, 3)", "").encode())


def test_a_waiver_frees_one_test_and_its_rows() -> None:
    after = BASE.replace("== 5", "== -1", 1)
    assert read_python_edits(BASE.encode(), after.encode(), {"test_add"}) == ()
    assert read_python_edits(BASE.encode(), after.encode(), {"test_rows"})
    gutted = BASE.replace(TOTAL, "        pass\n")
    assert read_python_edits(BASE.encode(), gutted.encode(), {"TestTotal"}) == ()


@pytest.mark.parametrize(
    "addition",
    [
        "class Evil:\n    def __init__(self):\n        pass\n\n\nMORE = Evil()\n",
        "def quiet(f):\n    return f\n\n\n@quiet\ndef test_more():\n    pass\n",
        "def range(n):\n    return n\n\n\nMORE = range(3)\n",
        "class Base:\n    def __init_subclass__(cls):\n        pass\n",
        "@pytest.mark.parametrize('n', [add(1, 2)])\ndef test_more(n):\n    pass\n",
        "def test_more(n=add(1, 2)):\n    pass\n",
        "def test_more() -> add(1, 2):\n    pass\n",
        "class TestMore:\n    add.calls = 1\n",
        "MORE = (x := 1)\n",
        "if LIMIT:\n    LIMIT = 1\n",
        "for ROWS in ():\n    pass\n",
        "a, add = 1, 2\n",
        "global LIMIT\n",
        "del test_add\n",
    ],
)
def test_what_acts_on_import_is_no_harmless_addition(addition: str) -> None:
    assert read_python_edits(BASE.encode(), f"{BASE}\n\n{addition}".encode())
