"""The agent through the real command: the wire, the sandbox, the judge and the log; only the model's words are written."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.acceptance.conftest import Machine, ScriptedServer

pytestmark = pytest.mark.slow
Step = tuple[str, dict[str, object]]
FAILING = "test:tests/test_cart.py::test_total"
MEND: Step = ("edit", {"path": "shop/cart.py", "old": "return 0", "new": "return sum(prices)"})
FINISH: Step = ("finish", {"summary": "total sums"})


def says(server: ScriptedServer, *steps: Step) -> None:
    """Have the model take these steps, one an answer."""
    left: Iterator[Step] = iter(steps)
    server.answer = lambda _messages: [next(left)]


def results(server: ScriptedServer) -> list[str]:
    return [message["content"] for message in server.requests[-1]["messages"] if message["role"] == "tool"]


def tools(events: list[dict[str, Any]]) -> list[str]:
    return [event["tool"] for event in events if event["kind"] == "tool-called"]


def test_an_agent_carries_a_failing_test_to_a_delivery(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    steps: list[Step] = [
        ("view", {"path": "shop/cart.py"}),
        ("search", {"query": "def total"}),
        ("search", {"query": "total", "how": "uses"}),
        MEND,
        ("run", {"command": "python -m pytest -q 2>&1 | tail -3"}),
        ("check", {}),
        FINISH,
        FINISH,
    ]
    says(server, *steps)
    done = machine.run(FAILING, "--model", server.model, "--strategy", "agent", "--candidates", "1", "--json")
    assert done.status == 0, done.out + done.err
    assert tools(done.events) == [name for name, _ in steps]
    told = results(server)
    assert "6 |     return 0" in told[0]
    assert "shop/cart.py:" in told[1]
    assert "2 passed" in told[4]
    assert "The checks pass" in told[5]
    assert done.events[-1]["outcome"] == "delivered"
    verified = [event for event in done.events if event["kind"] == "candidate-verified"]
    assert len(verified) == 1
    assert machine.journeyman("log", "verify", json.loads(done.out.splitlines()[0])["run"]).status == 0
    for before, after in zip(server.requests, server.requests[1:], strict=False):
        assert after["messages"][: len(before["messages"])] == before["messages"]


def test_an_agent_in_the_sandbox_reaches_nothing_and_leaves_nothing(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    secret = machine.home.parent / "secret.txt"
    secret.write_text("the key of the house")
    says(
        server,
        ("run", {"command": f"cat {secret}; ln -s {secret} shop/link.py; mkfifo shop/pipe; ls .git"}),
        ("view", {"path": "shop/link.py"}),
        ("edit", {"path": "shop/link.py", "old": "key", "new": "lock"}),
        ("create", {"path": str(secret), "content": "mine"}),
        MEND,
        FINISH,
        ("run", {"command": "rm shop/link.py shop/pipe"}),
        FINISH,
        FINISH,
    )
    done = machine.run(FAILING, "--model", server.model, "--strategy", "agent", "--candidates", "1", "--json")
    assert done.status == 0, done.out + done.err
    assert secret.read_text() == "the key of the house"
    told = results(server)
    assert not any("of the house" in text for text in told)
    assert "symlink:shop/link.py" in told[5]
    assert "non-regular:shop/pipe" in told[5]
    assert done.events[-1]["outcome"] == "delivered"


def test_an_honest_no_ends_as_an_escalation_with_its_evidence(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    says(server, ("cannot_satisfy", {"reason": "the test contradicts the docstring", "evidence": "shop/cart.py:5"}))
    done = machine.run(FAILING, "--model", server.model, "--strategy", "agent", "--candidates", "1")
    assert done.status == 21, done.out + done.err
    assert "contradicts the docstring" in done.out


def test_an_unknown_strategy_is_said_at_once(machine: Machine) -> None:
    machine.project()
    done = machine.run(FAILING, "--strategy", "wizard")
    assert done.status == 2
    assert "wizard" in done.err
    assert "agent" in done.err


def test_a_plan_is_made_for_a_person_to_change_and_is_followed(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    plan = machine.home.parent / "plan.md"
    server.answer = lambda _messages: "1. Sum the prices in `total`."
    words = ("--model", server.model, "--strategy", "agent", "--candidates", "1", "--plan", str(plan))
    done = machine.run(FAILING, *words, "--plan-only")
    assert done.status == 0, done.out + done.err
    assert "Sum the prices" in done.out
    assert plan.read_text() == "1. Sum the prices in `total`.\n"
    assert machine.run(FAILING, *words, "--plan-only").status == 2, "a plan that is there is not overwritten"
    plan.write_text("1. Sum, and mind the empty cart.")
    says(server, MEND, FINISH, FINISH)
    done = machine.run(FAILING, *words, "--json")
    assert done.status == 0, done.out + done.err
    assert "mind the empty cart" in server.requests[-1]["messages"][1]["content"]
    assert [event["by"] for event in done.events if event["kind"] == "plan-made"] == ["person"]
    plan.write_text(" ")
    assert machine.run(FAILING, *words).status == 2
