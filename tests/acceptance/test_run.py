"""Whole runs: the real command, git, sandbox, judge and log; only the model's words are written by the test."""

import json
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.acceptance.conftest import GOOD, SHOP, WRONG, Machine, ScriptedServer

pytestmark = pytest.mark.slow
FAILING = "test:tests/test_cart.py::test_total"


def test_a_failing_test_becomes_a_commit_on_a_branch_and_nothing_else_changes(
    machine: Machine, server: ScriptedServer
) -> None:
    machine.project()
    before = machine.state()
    done = machine.run(FAILING, "--model", server.model)
    assert done.status == 0, done.out + done.err
    (branch,) = machine.git("for-each-ref", "--format=%(refname:short)", "refs/heads/journeyman").split()
    after = machine.state()
    assert after[1:] == before[1:]
    assert set(before[0].splitlines()) < set(after[0].splitlines())
    assert "return sum(prices)" in machine.git("show", f"{branch}:shop/cart.py")
    assert machine.git("diff", "--name-only", "main", branch) == "shop/cart.py"
    message = machine.git("log", "-1", "--format=%B", branch)
    assert "Assisted-by: Journeyman:scripted-2026" in message
    assert f"Journeyman-Run: {branch.removeprefix('journeyman/')}" in message
    assert "Journeyman-Log: " in message
    assert "Signed-off-by" not in message


def test_the_pull_request_text_is_written_from_evidence(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    done = machine.run(FAILING, "--model", server.model)
    (path,) = re.findall(r"pull request +(\S+)", done.out)
    text = Path(path).read_text()
    assert "New: 1 test that failed or did not exist at the base and passes now." in text
    assert "Kept: 1 of 1 tests" in text
    assert "`tests/test_cart.py::test_total` | passes |" in text
    assert "`scripted-2026`" in text
    assert "100 tokens in" in text


def test_it_corrects_itself_with_the_failure_in_hand(machine: Machine, server: ScriptedServer) -> None:
    machine.project()

    def answer(messages: list[dict[str, str]]) -> str:
        return GOOD if "gives 4, but must give 3" in messages[-1]["content"] else WRONG

    server.answer = answer
    done = machine.run(FAILING, "--model", server.model, "--candidates", "1", "--json")
    assert done.status == 0, done.err
    verdicts = [event["verdict"] for event in done.events if event["kind"] == "candidate-verified"]
    assert verdicts == ["rejected", "accepted"]
    moves = [event["move"] for event in done.events if event["kind"] == "move-chosen"]
    assert moves == ["generate", "repair", "accept"]
    assert "candidate-chosen" in done.kinds()
    assert done.kinds()[-1] == "run-ended"


def test_every_fact_is_in_the_log_and_the_log_proves_itself(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    done = machine.run(FAILING, "--model", server.model, "--json")
    kinds = set(done.kinds())
    assert kinds >= {
        "run-started", "spec-ingested", "baseline-measured", "context-gathered", "model-called", "candidate-proposed",
        "command-ran", "candidate-verified", "change-proposed", "delivery-intended", "change-delivered", "run-ended",
    }  # fmt: skip
    called = next(event for event in done.events if event["kind"] == "model-called")
    assert called["requested_model"] == server.model
    assert called["served_model"] == "scripted-2026"
    assert called["response_id"] == "answer-1"
    run = json.loads(done.out.splitlines()[0])["run"]
    assert machine.journeyman("log", "verify", run, "--repo", str(machine.repo)).status == 0
    shown = machine.journeyman("runs", "show", run, "--diff")
    assert "+    return sum(prices)" in shown.out
    assert run in machine.journeyman("runs", "list").out


def test_an_altered_log_is_named(machine: Machine, server: ScriptedServer) -> None:
    import sqlite3

    machine.project()
    done = machine.run(FAILING, "--model", server.model, "--json")
    run = json.loads(done.out.splitlines()[0])["run"]
    with sqlite3.connect(machine.home / "journeyman.db") as database:
        database.execute("UPDATE records SET data = replace(data, 'rejected', 'accepted') || ' ' WHERE sequence = 5")
    database.close()
    verified = machine.journeyman("log", "verify", run)
    assert verified.status == 22
    assert "record 5" in verified.out


@pytest.mark.parametrize(
    ("words", "answer", "status"),
    [
        (("--budget-attempts", "3"), WRONG, 20),
        (("--budget-tokens", "50"), WRONG, 23),
        (
            (),
            "```python\n# shop/cart.py\nimport gc\n\ndef total(prices):\n    gc.collect()\n    return sum(prices)\n```",
            21,
        ),
    ],
    ids=["attempts", "tokens", "escalated"],
)
def test_a_run_that_does_not_succeed_says_how(
    words: tuple[str, ...], answer: str, status: int, machine: Machine, server: ScriptedServer
) -> None:
    machine.project()
    before = machine.state()
    server.answer = lambda _messages: answer
    done = machine.run(FAILING, "--model", server.model, *words, "--budget-attempts", "3")
    assert done.status == status, done.out + done.err
    assert machine.state() == before
    assert "runs show" in done.out


def test_a_changed_test_is_refused_by_name(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    weaker = SHOP["tests/test_cart.py"].replace("== 3", "is not None")
    server.answer = lambda _messages: f"### tests/test_cart.py\n```python\n{weaker}```"
    done = machine.run(FAILING, "--model", server.model, "--candidates", "1", "--budget-attempts", "1", "--json")
    assert done.status in (20, 21)
    (finding, *_) = next(event for event in done.events if event["kind"] == "candidate-verified")["findings"]
    assert finding["path"] == "tests/test_cart.py"
    assert finding["rule"].startswith("test-")


@pytest.mark.parametrize(
    "path", [".gitattributes", "../evil.py", ".git/config", "shop/a\u200b.py", "shop/cart.py/x.py"]
)
def test_a_path_that_must_never_be_written_is_refused_and_the_run_goes_on(
    path: str, machine: Machine, server: ScriptedServer
) -> None:
    machine.project()
    evil = "### shop/b.py\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n".replace("shop/b.py", path)
    server.answer = lambda messages: GOOD if len(messages) > 2 else evil
    done = machine.run(FAILING, "--model", server.model, "--candidates", "1", "--budget-attempts", "4", "--json")
    assert done.status in (0, 20, 21), done.err
    assert not list(machine.repo.parent.rglob("evil.py"))


def test_a_spec_file_with_an_oracle_test_is_delivered_with_it(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    folder = machine.repo.parent / "specs"
    folder.mkdir()
    (folder / "oracle.py").write_text(
        "from shop.cart import mean\n\n\ndef test_mean():\n    assert mean([2, 4]) == 3\n"
    )
    (folder / "mean.md").write_text(
        "# Add a mean\n\nAdd `mean(prices)` to shop/cart.py.\n\n"
        "## Acceptance criteria\n- [AC-1] It averages. (`tests/test_mean.py::test_mean`)\n- [AC-2] It is fast.\n\n"
        "## Oracle tests\n- `oracle.py` as `tests/test_mean.py`\n"
    )
    server.answer = lambda _m: "```python\n# shop/cart.py\ndef mean(prices):\n    return sum(prices) / len(prices)\n```"
    done = machine.run(str(folder / "mean.md"), "--model", server.model, "--json")
    assert done.status == 0, done.err
    delivered = next(event for event in done.events if event["kind"] == "change-delivered")
    assert machine.git("diff", "--name-only", "main", delivered["branch"]).split() == [
        "shop/cart.py",
        "tests/test_mean.py",
    ]
    text = Path(delivered["pull_request"]).read_text()
    assert "| AC-1: It averages. | `tests/test_mean.py::test_mean` | passes |" in text
    assert "| AC-2: It is fast. | no test | **not demonstrated** |" in text


def test_equal_orders_ask_equal_questions(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    server.answer = lambda _messages: WRONG
    for _ in range(2):
        machine.run(FAILING, "--model", server.model, "--candidates", "1", "--budget-attempts", "3", "--seed", "7")
    first, second = server.requests[:3], server.requests[3:]
    assert first == second
    assert [request["seed"] for request in first] == [8, 9, 10]


def test_an_accepted_change_can_be_delivered_later_and_twice(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    done = machine.run(FAILING, "--model", server.model, "--deliver", "none", "--json")
    assert done.status == 0
    assert done.events[-1]["outcome"] == "accepted"
    assert machine.git("branch", "--list", "journeyman/*") == ""
    run = json.loads(done.out.splitlines()[0])["run"]
    first = machine.journeyman("runs", "deliver", run, "--repo", str(machine.repo))
    assert first.status == 0, first.err
    after = machine.state()
    records = machine.journeyman("log", "export", run).out
    second = machine.journeyman("runs", "deliver", run, "--repo", str(machine.repo))
    assert "was there already" in second.out
    assert machine.state() == after
    assert machine.journeyman("log", "export", run).out == records
    assert machine.journeyman("log", "verify", run, "--repo", str(machine.repo)).status == 0


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_cleanly_and_keeps_the_log(
    ending: signal.Signals, machine: Machine, server: ScriptedServer
) -> None:
    machine.project()
    asked = threading.Event()
    release = threading.Event()

    def answer(_messages: list[dict[str, str]]) -> str:
        asked.set()
        release.wait(30)
        return GOOD

    server.answer = answer
    command = [sys.executable, "-m", "journeyman", "run", FAILING, "--repo", str(machine.repo), "--model", server.model]
    with subprocess.Popen(command, env=machine.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert asked.wait(60)
        running.send_signal(ending)
        _, err = running.communicate(timeout=30)
    release.set()
    assert running.returncode == 130, err
    assert b"Traceback" not in err
    (listed,) = json.loads(machine.journeyman("runs", "list", "--json").out)
    assert (listed["state"], listed["cause"]) == ("abandoned", "cancelled")
    assert machine.journeyman("log", "verify", listed["run"]).status == 0
    assert machine.git("branch", "--list", "journeyman/*") == ""
