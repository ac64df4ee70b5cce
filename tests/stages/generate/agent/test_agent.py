"""The agent strategy through its seam: what it proposes, and what the model was told on the way."""

from pathlib import Path

from tests.stages.generate.agent.conftest import CART, Shop, sums

from journeyman.domain.attempt import Attempt
from journeyman.domain.finding import Severity
from journeyman.domain.pace import Pace
from journeyman.domain.prompt import Prompt, Role, Turn
from journeyman.domain.usage import Left
from journeyman.domain.verification import Baseline, Ground
from journeyman.prompts import estimate_tokens
from journeyman.stages.verify import verify
from journeyman.testing.judge import ScriptedJudge
from journeyman.testing.models import calling
from journeyman.testing.repository import InMemoryRepository

MEND = calling("edit", {"path": "shop/cart.py", "old": "return 0", "new": "return sum(prices)"})
FINISH = calling("finish", {"summary": "It sums."})


async def test_the_change_is_what_lies_in_the_workspace(shop: Shop) -> None:
    proposal = await shop.propose([MEND, FINISH, FINISH])
    (change,) = proposal.candidate.changes
    assert change.path == "shop/cart.py"
    assert change.content == CART.replace("return 0", "return sum(prices)").encode()
    assert (proposal.candidate.problems, proposal.given_up, proposal.stuck) == ((), (), "")
    assert proposal.candidate.rationale == "It sums."


async def test_finishing_shows_diff_checks_and_criteria_once_and_counts_the_second_time(shop: Shop) -> None:
    await shop.propose([MEND, FINISH, FINISH])
    review = shop.told(2)
    assert "+    return sum(prices)" in review
    assert "The checks pass" in review
    assert "An empty cart costs 0." in review
    assert len(shop.prompts) == 3


async def test_a_finish_with_failing_checks_says_what_fails_and_the_judge_decides_in_the_end(shop: Shop) -> None:
    wrong = calling("edit", {"path": "shop/cart.py", "old": "return 0", "new": "return 3"})
    proposal = await shop.propose([wrong, FINISH, FINISH])
    assert "The checks do not pass" in shop.told(2)
    assert "total([1, 2]) is not 3" in shop.told(2)
    assert b"return 3" in (proposal.candidate.changes[0].content or b"")


async def test_finishing_nothing_is_refused(shop: Shop) -> None:
    shop.pace = Pace(steps=2)
    proposal = await shop.propose([FINISH, FINISH])
    assert "nothing to finish" in shop.told(1)
    assert proposal.candidate.problems


async def test_the_first_prompt_is_small_and_says_where_one_is(shop: Shop) -> None:
    shop.left = lambda: Left(tokens=50_000, wall_time_s=1799.2, share=0.9)
    shop.plan = "First the cart."
    await shop.propose([MEND, FINISH, FINISH])
    prompt = shop.prompts[0]
    words = prompt.system + prompt.turns[0].text + "".join(t.name + t.description + t.parameters for t in prompt.tools)
    assert estimate_tokens(words) <= 1500
    text = prompt.turns[0].text
    for fact in ("60 steps", "30 minutes", "50,000 tokens", "`python` is Python.", "First the cart.", "5 files"):
        assert fact in text


async def test_rules_of_the_project_come_from_the_base_root_first_as_what_others_wrote(shop: Shop) -> None:
    await shop.propose([MEND, FINISH, FINISH])
    text = shop.prompts[0].turns[0].text
    assert "AGENTS.md at " in text
    assert text.index("| Be brief.") < text.index("| Money is in cents.")
    assert "Docs are in English" not in text, "rules of folders that are not concerned are left out"


async def test_every_request_begins_with_the_one_before(shop: Shop) -> None:
    looks = [calling("view", {"path": "shop/cart.py"}), calling("run", {"command": "echo hi; exit 3"})]
    await shop.propose([*looks, "I think.", MEND, FINISH, FINISH])
    for before, after in zip(shop.prompts, shop.prompts[1:], strict=False):
        assert after.turns[: len(before.turns)] == before.turns
        assert (after.system, after.tools) == (before.system, before.tools)


async def test_calls_that_make_no_sense_are_answered(shop: Shop) -> None:
    nonsense = [
        calling("fly", {}),
        calling("edit", '{"path": "shop/cart.py", "old": '),
        calling("edit", {"path": "shop/cart.py"}),
        MEND,
    ]
    proposal = await shop.propose([*nonsense, FINISH, FINISH])
    assert "no tool `fly`" in shop.told(1)
    assert "not JSON" in shop.told(2)
    assert "`old` is missing" in shop.told(3)
    assert "circles" in shop.told(3)
    assert proposal.candidate.changes


async def test_every_call_of_an_answer_gets_its_result_in_order(shop: Shop) -> None:
    both = Turn(role=Role.MODEL, text="", calls=(*MEND.calls, *FINISH.calls))
    proposal = await shop.propose([both, Turn(role=Role.MODEL, text="", calls=(*FINISH.calls, *MEND.calls))])
    for answer, turn in zip(proposal.turns[1::2], proposal.turns[2::2], strict=True):
        assert [call.id for call in answer.calls] == [result.call_id for result in turn.results]
    assert proposal.turns[-1].results[1].failed
    assert "the work is over" in proposal.turns[-1].results[1].text


async def test_nine_broken_calls_never_end_as_a_success(shop: Shop) -> None:
    proposal = await shop.propose([MEND] + [calling("edit", "{")] * 9)
    assert proposal.stuck
    assert proposal.candidate.problems
    assert proposal.candidate.changes == ()
    assert len(shop.prompts) <= 8


async def test_words_alone_never_end_as_a_success(shop: Shop) -> None:
    proposal = await shop.propose([MEND] + ["All done, everything passes!"] * 9)
    assert "called no tool" in shop.told(2)
    assert proposal.stuck
    assert proposal.candidate.changes == ()


async def test_a_circle_is_named_once_and_ends_the_work_the_second_time(shop: Shop) -> None:
    look = calling("view", {"path": "shop/cart.py"})
    proposal = await shop.propose([look] * 20)
    assert "circles" in shop.told(4)
    assert len(shop.prompts) == 8
    assert "same call" in proposal.stuck


async def test_the_same_failures_of_the_same_change_are_a_circle_whatever_lies_between(shop: Shop) -> None:
    steps = [
        step for number in range(9) for step in (calling("run", {"command": f"echo {number}"}), calling("check", {}))
    ]
    wrong = calling("edit", {"path": "shop/cart.py", "old": "return 0", "new": "return 3"})
    proposal = await shop.propose([wrong, *steps])
    assert "the checks said the same" in proposal.stuck


async def test_an_honest_no_is_a_finding_for_a_person(shop: Shop) -> None:
    no = calling("cannot_satisfy", {"reason": "test_total contradicts the spec", "evidence": "tests/test_cart.py:5"})
    empty = calling("cannot_satisfy", {"reason": "it is hard", "evidence": " "})
    proposal = await shop.propose([empty, no])
    (finding,) = proposal.given_up
    assert finding.severity is Severity.ESCALATE
    assert "contradicts the spec" in finding.reason
    assert "tests/test_cart.py:5" in finding.remedy
    assert "evidence" in shop.told(1)


async def test_the_last_step_hands_over_what_is_there(shop: Shop) -> None:
    shop.pace = Pace(steps=4)
    proposal = await shop.propose([MEND] + [calling("run", {"command": f"echo {n}"}) for n in range(9)])
    assert len(shop.prompts) == 4
    assert proposal.candidate.changes, "the judge decides, not the number of steps"
    assert "Little is left: 3 steps" in shop.told(1)


async def test_the_reserve_of_the_budget_is_never_asked_for(shop: Shop) -> None:
    shares = iter([1.0, 1.0, 0.5, 0.5, 0.29, 0.29, 0.14, 0.14])
    shop.left = lambda: Left(tokens=100, share=next(shares))
    proposal = await shop.propose([MEND] + [calling("run", {"command": f"echo {n}"}) for n in range(9)])
    assert len(shop.prompts) == 3
    assert proposal.candidate.changes


async def test_a_repair_goes_on_where_the_parent_ended(shop: Shop) -> None:
    wrong = calling("edit", {"path": "shop/cart.py", "old": "return 0", "new": "return 3"})
    first = await shop.propose([wrong, FINISH, FINISH])
    asked = shop.prompts[-1]
    attempt: Attempt = await verify(
        first,
        ground=Ground(base=await InMemoryRepository.of(shop.files).snapshot("")),
        baseline=Baseline(results=()),
        judge=ScriptedJudge(sums),
    )
    mend = calling("edit", {"path": "shop/cart.py", "old": "return 3", "new": "return sum(prices)"})
    new = calling("create", {"path": "shop/note.txt", "content": "x"})
    gone = calling("run", {"command": "rm shop/note.txt"})
    second = await shop.propose([new, mend, gone, FINISH, FINISH], parent=attempt, name="0.2")
    assert shop.prompts[0].turns[: len(asked.turns)] == asked.turns
    assert "not accepted yet" in shop.prompts[0].turns[-1].text
    assert "total([1, 2]) is not 3" in shop.prompts[0].turns[-1].text
    assert [change.path for change in second.candidate.changes] == ["shop/cart.py"]
    assert second.candidate.parent == "0.1"


async def test_what_must_not_be_read_is_said_and_never_handed_over(shop: Shop, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the key")
    link = calling("run", {"command": f"ln -s {secret} shop/key.txt"})
    proposal = await shop.propose([MEND, link, FINISH, calling("run", {"command": "rm shop/key.txt"}), FINISH, FINISH])
    assert "symlink:shop/key.txt" in shop.told(3)
    assert [change.path for change in proposal.candidate.changes] == ["shop/cart.py"]
    left = await shop.propose([MEND, link, *[calling("run", {"command": f"echo {n}"}) for n in range(58)]])
    assert left.candidate.changes == ()
    assert any("key.txt" in problem for problem in left.candidate.problems)


async def test_long_output_is_clipped_head_and_tail_and_says_so(shop: Shop) -> None:
    await shop.propose([calling("run", {"command": "seq 1 9000"}), MEND, FINISH, FINISH])
    told = shop.told(1)
    assert len(told) < 11_000
    assert "exit status 0\n1\n2\n" in told
    assert told.rstrip().endswith("9000")
    assert "left out. Narrow it" in told


async def test_commands_that_do_not_end_are_stopped(shop: Shop) -> None:
    await shop.propose([calling("run", {"command": "sleep 60", "timeout_s": 1}), MEND, FINISH, FINISH])
    assert "longer than 1 s" in shop.told(1)


async def test_a_full_window_folds_the_oldest_steps_and_keeps_the_task_word_for_word(shop: Shop) -> None:
    shop.pace = Pace(window_tokens=6000)
    looks = [calling("run", {"command": f"seq {n} {n + 1500}"}) for n in range(8)]
    proposal = await shop.propose([MEND, calling("check", {}), *looks, FINISH, FINISH])
    first, last = shop.prompts[0], shop.prompts[-1]
    assert last.turns[0].text.startswith(first.turns[0].text)
    folded = last.turns[0].text[len(first.turns[0].text) :]
    assert "- edit(shop/cart.py) -> Edited shop/cart.py:" in folded
    assert "return sum(prices)" in folded, "contents of changed files, not names alone"
    assert "The checks pass" in folded
    assert len(proposal.turns) == 1 + 2 * 12, "the log is whole"
    assert max(_tokens(prompt) for prompt in shop.prompts) < 12_000


def _tokens(prompt: Prompt) -> int:
    results = (result.text for turn in prompt.turns for result in turn.results)
    return estimate_tokens("".join([*(turn.text for turn in prompt.turns), *results]))
