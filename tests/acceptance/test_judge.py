"""`journeyman judge` as a person or a required check calls it: exit codes, output, files, bad input."""

import json
from xml.etree import ElementTree as ET

import pytest
from tests.acceptance.conftest import SHOP, Done, Machine

pytestmark = pytest.mark.slow
CART = "shop/cart.py"
MENDED = SHOP[CART].replace("return 0", "return sum(prices)")
RED = "tests/test_cart.py::test_total"


def change(machine: Machine, files: dict[str, str | None], message: str = "a change") -> str:
    """Commit on top of what is there and return the id."""
    for path, text in files.items():
        target = machine.repo / path
        if text is None:
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    machine.git("add", "-A", "-f")
    machine.git("commit", "-q", "--allow-empty", "-m", message)
    return machine.git("rev-parse", "HEAD")


def judged(machine: Machine, base: str, head: str, *words: str) -> Done:
    done = machine.journeyman("judge", "--repo", str(machine.repo), "--base", base, "--head", head, *words)
    assert "Traceback" not in done.err
    return done


@pytest.fixture
def base(machine: Machine) -> str:
    machine.project()
    return machine.git("rev-parse", "HEAD")


def test_an_honest_change_is_accepted_and_the_repository_is_as_it_was(machine: Machine, base: str) -> None:
    head = change(machine, {CART: MENDED})
    before = machine.state()
    done = judged(machine, base, head, "--must-pass", RED)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("ACCEPTED")
    assert "tests: 2 passed" in done.out
    assert machine.state() == before


def test_a_refusal_says_what_where_and_what_to_do_and_says_it_again_alike(machine: Machine, base: str) -> None:
    weaker = SHOP["tests/test_cart.py"].replace("total([1, 2]) == 3", "total([1, 2]) is not None")
    head = change(machine, {"tests/test_cart.py": weaker})
    files = [machine.home.parent / name for name in ("one.sarif", "one.xml", "two.sarif", "two.xml")]
    one = judged(machine, base, head, "--sarif", str(files[0]), "--junit", str(files[1]))
    two = judged(machine, base, head, "--sarif", str(files[2]), "--junit", str(files[3]))
    assert (one.status, one.out) == (20, two.out)
    assert "test-changed  tests/test_cart.py" in one.out
    assert "What to do: " in one.out
    assert files[0].read_bytes() == files[2].read_bytes()
    assert files[1].read_bytes() == files[3].read_bytes()
    assert json.loads(files[0].read_text())["runs"][0]["results"]
    assert ET.parse(files[1]).getroot().tag == "testsuites"  # noqa: S314 # our own document


def test_each_verdict_has_its_exit_code(machine: Machine, base: str) -> None:
    escalated = change(machine, {CART: MENDED, ".github/workflows/ci.yml": "on: push\n"})
    assert judged(machine, base, escalated).status == 21
    machine.git("checkout", "-q", base)
    forged = "import unittest\n\nunittest.TestCase.assertEqual = lambda *_: None\n"
    compromised = change(machine, {CART: forged + SHOP[CART]})
    done = judged(machine, base, compromised, "--json")
    assert (done.status, json.loads(done.out)["verdict"]) == (22, "compromised")


def test_a_person_may_change_tests_and_still_not_break_them(machine: Machine, base: str) -> None:
    other = SHOP["tests/test_cart.py"].replace("count([1, 2]) == 2", "count([1, 2, 3]) == 3")
    rewritten = change(machine, {"tests/test_cart.py": other, CART: MENDED, ".gitattributes": "*.py text\n"})
    assert judged(machine, base, rewritten).status != 0
    done = judged(machine, base, rewritten, "--human", "--json")
    assert done.status == 0
    assert "test-changed" in {finding["rule"] for finding in json.loads(done.out)["findings"]}
    broken = change(machine, {CART: MENDED.replace("len(prices)", "len(prices) + 1")})
    assert judged(machine, base, broken, "--human").status == 20


def test_a_waiver_frees_one_test_and_no_other(machine: Machine, base: str) -> None:
    other = SHOP["tests/test_cart.py"].replace("count([1, 2]) == 2", "count([1, 2, 3]) == 3")
    head = change(machine, {"tests/test_cart.py": other, CART: MENDED})
    assert judged(machine, base, head, "--waive", "tests/test_cart.py::test_count").status == 0
    assert judged(machine, base, head, "--waive", RED).status == 20


def test_what_cannot_be_judged_is_usage(machine: Machine, base: str) -> None:
    head = change(machine, {CART: MENDED})
    assert judged(machine, "0" * 40, head).status == 2
    assert judged(machine, base, "nowhere").status == 2
    assert judged(machine, head, base).status == 2
    assert judged(machine, base, head, "--must-pass", "tests/absent.py").status == 2
    assert machine.journeyman("judge", "--repo", str(machine.repo)).status == 2
    same = judged(machine, base, base)
    assert (same.status, "changes nothing" in same.out) == (20, True)


def test_the_configuration_of_head_decides_nothing(machine: Machine, base: str) -> None:
    lenient = '[judge]\nproduct_paths = ["**"]\ntest_paths = ["elsewhere"]\n'
    head = change(machine, {"journeyman.toml": lenient, CART: MENDED})
    assert judged(machine, base, head).status == 21
