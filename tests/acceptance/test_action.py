"""The composite action's script, run as a hosted runner would: outputs, exit code, and nothing of the head checked out."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.conftest import SHOP, Machine

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[2] / ".github/actions/judge"


def act(machine: Machine, base: str, head: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    root = machine.home.parent
    command = root / "journeyman"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m journeyman "$@"\n')
    command.chmod(0o755)
    environment = {
        **machine.environment,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "RUNNER_TEMP": str(root),
        "GITHUB_OUTPUT": str(root / "output"),
        "GITHUB_STEP_SUMMARY": str(root / "summary"),
        "JUDGE_COMMAND": str(command),
        "JUDGE_REPOSITORY": str(machine.repo),
        "JUDGE_BASE": base,
        "JUDGE_HEAD": head,
        **inputs,
    }
    words = ["bash", str(FOLDER / "judge.sh")]
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120)


def commit(machine: Machine, path: str, text: str) -> str:
    (machine.repo / path).write_text(text)
    machine.git("commit", "-q", "-a", "-m", "change")
    return machine.git("rev-parse", "HEAD")


def test_the_script_passes_the_verdict_on_and_never_checks_the_head_out(machine: Machine) -> None:
    machine.project()
    base = machine.git("rev-parse", "HEAD")
    head = commit(machine, "shop/cart.py", SHOP["shop/cart.py"].replace("return 0", "return sum(prices)"))
    machine.git("checkout", "-q", base)
    # The head lives elsewhere, as it does on a forge; only its objects come here.
    origin = machine.home.parent / "origin"
    machine.git("clone", "-q", "--bare", ".", str(origin))
    machine.git("branch", "-q", "-D", "main")
    machine.git("remote", "add", "origin", str(origin))
    sarif = machine.home.parent / "out.sarif"
    done = act(machine, base, head, JUDGE_MUST_PASS=" tests/test_cart.py \n\n", JUDGE_SARIF=str(sarif))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (machine.home.parent / "output").read_text() == "exit-code=0\n"
    assert "ACCEPTED" in (machine.home.parent / "summary").read_text()
    assert sarif.exists()
    assert machine.git("rev-parse", "HEAD") == base
    assert machine.git("status", "--porcelain") == ""


def test_a_refusal_fails_the_step_and_waivers_arrive(machine: Machine) -> None:
    machine.project()
    base = machine.git("rev-parse", "HEAD")
    head = commit(machine, "tests/test_cart.py", SHOP["tests/test_cart.py"].replace("== 2", "== 2 or True"))
    assert act(machine, base, head).returncode == 20
    assert act(machine, base, head, JUDGE_WAIVE="tests/test_cart.py::test_count").returncode == 0
    assert act(machine, base, "").returncode == 2


def test_every_input_reaches_the_script_as_a_variable_and_none_as_text() -> None:
    text = (FOLDER / "action.yml").read_text()
    inputs, steps = text.split("\nruns:\n")
    names = set(re.findall(r"^  ([a-z-]+):$", inputs.split("\noutputs:\n")[0], re.MULTILINE))
    given = dict(re.findall(r"(JUDGE_[A-Z_]+): \$\{\{ inputs\.([a-z-]+) \}\}", steps))
    assert set(given.values()) == names
    assert all(variable in (FOLDER / "judge.sh").read_text() for variable in given)
    assert "${{" not in "".join(re.findall(r"run: (.*)", steps))
