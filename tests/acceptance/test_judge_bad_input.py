"""Repositories that nobody would wish for, each with a clear answer from `journeyman judge`."""

import json

import pytest
from tests.acceptance.conftest import SHOP, Done, Machine

pytestmark = pytest.mark.slow
CART = "shop/cart.py"
MENDED = SHOP[CART].replace("return 0", "return sum(prices)")
QUICK = "[judge]\nwall_time_s = 12\nbaseline_runs = 1\n"
NOTHING_ODD = {"shop/__init__.py": "", CART: SHOP[CART]}
ODD_IDS = """\
import pytest
from shop.cart import count


@pytest.mark.parametrize("x", ["a b", "ä\\n\\t", "[x]::y", "\\U0001f4a1", "-k", "'\\"<&>", "x" * 300, "%s{}", "\\x1b[31m"])
def test_odd(x):
    assert count(x) == len(x)
"""


def two(machine: Machine, base: dict[str, str], head: dict[str, str]) -> tuple[str, str]:
    machine.project({"journeyman.toml": QUICK, **base})
    commits = [machine.git("rev-parse", "HEAD")]
    for path, text in head.items():
        (machine.repo / path).parent.mkdir(parents=True, exist_ok=True)
        (machine.repo / path).write_text(text)
    machine.git("add", "-A")
    machine.git("commit", "-q", "-m", "head")
    return commits[0], machine.git("rev-parse", "HEAD")


def judged(machine: Machine, base: dict[str, str], head: dict[str, str], *words: str) -> Done:
    old, new = two(machine, base, head)
    done = machine.journeyman("judge", "--repo", str(machine.repo), "--base", old, "--head", new, *words)
    assert "Traceback (most" not in done.err
    return done


def test_no_tests(machine: Machine) -> None:
    done = judged(machine, NOTHING_ODD, {CART: MENDED})
    assert (done.status, "has no tests" in done.err) == (2, True)


def test_no_runner(machine: Machine) -> None:
    done = judged(machine, {"notes.txt": "words\n"}, {"notes.txt": "other words\n"})
    assert (done.status, "no test runner is recognised" in done.err) == (2, True)


def test_a_base_that_hangs(machine: Machine) -> None:
    hang = "import time\n\n\ndef test_hang():\n    time.sleep(600)\n"
    done = judged(machine, {**NOTHING_ODD, "tests/test_hang.py": hang}, {CART: MENDED})
    assert done.status == 2
    assert "did not end in time while `tests/test_hang.py::test_hang` ran" in done.err


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("    while True:\n        pass\n", "tests-timed-out"),
        ("    import ctypes\n    ctypes.string_at(0)\n", "tests-crashed"),
        ("    import os\n    os.abort()\n", "tests-crashed"),
        ("    return count(prices)\n", "test-failed"),
    ],
)
def test_a_head_that_never_comes_to_its_end_names_the_test(machine: Machine, body: str, rule: str) -> None:
    broken = SHOP[CART].replace("    return len(prices)\n", body)
    done = judged(machine, SHOP, {CART: broken}, "--json")
    told = json.loads(done.out)
    assert done.status in {20, 21}
    assert (rule, "tests/test_cart.py::test_count") in {(f["rule"], f["node_id"]) for f in told["findings"]}


def test_a_base_that_crashes_the_interpreter(machine: Machine) -> None:
    crash = "import ctypes\n\n\ndef test_crash():\n    ctypes.string_at(0)\n"
    done = judged(machine, {**NOTHING_ODD, "tests/test_crash.py": crash}, {CART: MENDED})
    assert (done.status, "cannot be run" in done.err, "test_crash" in done.err) == (2, True, True)


def test_a_test_that_needs_a_network_fails_alike_and_counts_against_nobody(machine: Machine) -> None:
    net = "import socket\n\n\ndef test_net():\n    socket.create_connection(('192.0.2.1', 80), timeout=2)\n"
    done = judged(machine, {**SHOP, "tests/test_net.py": net}, {CART: MENDED})
    assert (done.status, "still-failing" in done.out, "test_net" in done.out) == (0, True, True)


def test_node_ids_with_odd_characters(machine: Machine) -> None:
    files = {**SHOP, "tests/test_ödd näme.py": ODD_IDS}
    done = judged(machine, files, {CART: MENDED}, "--json", "--junit", str(machine.home.parent / "j.xml"))
    assert (done.status, json.loads(done.out)["checks"][0]["tests"]) == (0, {"passed": 11})
    machine.git("checkout", "-q", "-b", "worse", "HEAD~1")
    (machine.repo / CART).write_text(SHOP[CART].replace("len(prices)", "7"))
    machine.git("commit", "-q", "-a", "-m", "worse")
    words = ("--repo", str(machine.repo), "--base", "worse~1", "--head", "worse")
    worse = machine.journeyman("judge", *words)
    assert worse.status == 20
    assert "\x1b[31m" not in worse.out
    assert "tests/test_ödd näme.py::test_odd" in worse.out


def test_a_flaky_base_is_quarantined_by_name(machine: Machine) -> None:
    luck = "import os\n\n\ndef test_luck():\n    assert os.urandom(1)[0] % 2\n"
    many = "\n".join(luck.replace("test_luck", f"test_luck_{n}") for n in range(12))
    files = {**SHOP, "tests/test_luck.py": many, "journeyman.toml": "[judge]\nbaseline_runs = 4\n"}
    done = judged(machine, files, {CART: MENDED}, "--json")
    told = json.loads(done.out)
    assert any("test_luck" in name for name in told["baseline"]["quarantined"])
    assert "tests/test_cart.py::test_count" not in told["baseline"]["quarantined"]


def test_a_broken_configuration_of_the_base(machine: Machine) -> None:
    done = judged(machine, {**SHOP, "journeyman.toml": "[judge\n"}, {CART: MENDED})
    assert (done.status, "not valid TOML" in done.err) == (2, True)


def test_held_out_files_that_cannot_be_used(machine: Machine) -> None:
    old, new = two(machine, SHOP, {CART: MENDED})
    words = ("judge", "--repo", str(machine.repo), "--base", old, "--head", new, "--held-out")
    empty = machine.home.parent / "empty.py"
    empty.write_text("LIMIT = 3\n")
    assert machine.journeyman(*words, str(empty)).status == 2
    assert machine.journeyman(*words, str(empty.parent / "absent.py")).status == 2
    empty.write_text("from shop.cart import total\n\nassert total([1, 2]) == 3\n")
    assert machine.journeyman(*words, str(empty)).status == 0
    empty.write_text("from shop.cart import total\n\nassert total([1, 2]) == 4\n")
    wrong = machine.journeyman(*words, str(empty))
    assert (wrong.status, "held-out-failed" in wrong.out, "line 3" in wrong.out) == (20, True, True)


def test_a_repository_that_asks_for_no_sandbox(machine: Machine) -> None:
    """Its wish is refused before anything of it runs; a person's word is followed."""
    files = {**SHOP, "journeyman.toml": f'{QUICK}[sandbox]\ndriver = "none:"\n'}
    base, head = two(machine, files, {CART: MENDED})
    words = ("judge", "--repo", str(machine.repo), "--base", base, "--head", head)
    refused = machine.journeyman(*words)
    assert (refused.status, "asks to run without a sandbox" in refused.err) == (2, True)
    assert "--driver none:" in refused.err
    confined = machine.journeyman(*words, "--driver", "auto", "--json")
    assert confined.status == 0, confined.err
    assert "NOT CONFINED" not in confined.err
    machine.environment["JOURNEYMAN_SANDBOX"] = "none:"
    assert machine.journeyman(*words).status == 0
    assert "none:x" in machine.journeyman(*words, "--driver", "none:x").err
