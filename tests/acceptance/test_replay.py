"""A run once more, without a model: the same outcome, or the first prompt that differs."""

import json
import re
import sqlite3

from tests.acceptance.conftest import GOOD, WRONG, Machine, ScriptedServer

FAILING = "test:tests/test_cart.py::test_total"


def test_a_run_of_several_lineages_is_replayed_without_a_model(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    answers = iter([WRONG, WRONG, GOOD, GOOD.replace("sum(prices)", "sum(p for p in prices)")] + [GOOD] * 20)
    server.answer = lambda _messages: next(answers)
    done = machine.run(FAILING, "--model", server.model, "--candidates", "3", "--agreement", "2", "--json")
    assert done.status == 0, done.err
    run = json.loads(done.out.splitlines()[0])["run"]
    asked, (tree,) = len(server.requests), {e["tree"] for e in done.events if e["kind"] == "change-proposed"}
    replayed = machine.journeyman("runs", "replay", run, "--repo", str(machine.repo), "--json")
    assert replayed.status == 0, replayed.out + replayed.err
    told = json.loads(replayed.out)
    assert told["same"] is True
    assert (told["replay"]["tree_now"], told["replay"]["outcome_now"]) == (tree, "accepted")
    assert len(server.requests) == asked
    assert machine.journeyman("runs", "list").out.count("\n") == 1, "a replay leaves no run behind"


def test_the_first_differing_prompt_is_named_and_a_recording_can_be_taken_along(
    machine: Machine, server: ScriptedServer
) -> None:
    machine.project()
    done = machine.run(FAILING, "--model", server.model, "--deliver", "none", "--json")
    run = json.loads(done.out.splitlines()[0])["run"]
    file = machine.home / "answers.jsonl"
    assert machine.journeyman("runs", "export-recording", run, str(file)).status == 0
    again = machine.run(FAILING, "--model", f"recorded:{file}", "--deliver", "none")
    assert again.status == 0, again.err
    (digest,) = {event["prompt_digest"] for event in done.events if event["kind"] == "model-called"}
    with sqlite3.connect(machine.home / "journeyman.db") as database:
        database.execute("UPDATE records SET data = replace(data, ?, ?)", (digest, "0" * 64))
    database.close()
    replayed = machine.journeyman("runs", "replay", run, "--repo", str(machine.repo))
    assert replayed.status == 22
    assert re.search(r"The first prompt that differs: `generate`, record \d+ of the log", replayed.out)
    assert "Another outcome: accepted" in replayed.out
