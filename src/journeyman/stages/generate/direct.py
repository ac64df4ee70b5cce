"""The direct strategy: one prompt, one answer, one patch. Made for small and local models."""

from collections.abc import Mapping
from dataclasses import replace

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate
from journeyman.domain.prompt import FinishReason, Prompt, Role, Turn
from journeyman.domain.spec import Spec
from journeyman.domain.verification import Baseline
from journeyman.ports.model import LanguageModel
from journeyman.prompts import estimate_tokens, fragment, render
from journeyman.stages.generate.aim import Aim, aim_at, head_of
from journeyman.stages.generate.answer import parse_answer
from journeyman.stages.generate.failures import describe_baseline, describe_failure
from journeyman.stages.generate.form import Form, choose_form
from journeyman.stages.generate.patch import Patch, Sources, apply_blocks
from journeyman.stages.generate.shown import bullets, code_of
from journeyman.stages.generate.strategy import Assignment, Sampling

_REPAIR_ROOM_TOKENS = 1500


class Direct:
    """Asks once, from scratch or to repair, and turns the answer into a candidate."""

    def worst_case_tokens(self, assignment: Assignment) -> int:
        """Return the first prompt's tokens with room for a failure and for two answers in full."""
        prompt = first_prompt(assignment)
        words = prompt.system + "".join(turn.text for turn in prompt.turns)
        return estimate_tokens(words) + _REPAIR_ROOM_TOKENS + 2 * Sampling(temperature=0, seed=0).max_tokens

    async def propose(
        self,
        assignment: Assignment,
        sampling: Sampling,
        *,
        candidate_id: str,
        parent: Attempt | None,
        model: LanguageModel,
    ) -> Proposal:
        """Ask once. An answer that is no patch is a candidate with problems."""
        return await direct(assignment, sampling, candidate_id=candidate_id, parent=parent, model=model)


async def direct(
    assignment: Assignment, sampling: Sampling, *, candidate_id: str, parent: Attempt | None, model: LanguageModel
) -> Proposal:
    """Ask once, from scratch or to repair `parent`, and turn the answer into a candidate.

    Raises:
        AdapterError: the model could not answer.
    """
    prompt = first_prompt(assignment, hint=sampling.hint)
    if parent is not None:
        prompt = _repair_prompt(prompt, parent, assignment.baseline)
    prompt = replace(prompt, temperature=sampling.temperature, seed=sampling.seed, max_tokens=sampling.max_tokens)
    completion = await model.complete(prompt)
    patch = _patch(assignment, parent, completion.text)
    problems = patch.problems
    if completion.finish_reason is FinishReason.LENGTH and not problems:
        problems = ("The answer was cut off before its end; write less.",)
    candidate = Candidate(
        id=candidate_id,
        changes=() if problems else patch.changes,
        parent=parent.candidate.id if parent else None,
        problems=problems,
    )
    return Proposal(candidate=candidate, turns=(*prompt.turns, Turn(role=Role.MODEL, text=completion.text)))


def first_prompt(assignment: Assignment, *, hint: str = "") -> Prompt:
    """Return the prompt that a lineage starts from; a hint stands at its end, so that all share what is before."""
    spec, targets = assignment.spec, assignment.targets
    form = choose_form(targets)
    aim = _aim(assignment)
    prompt = render(
        "generate",
        {
            "title": spec.title,
            "intent": spec.intent,
            "criteria": bullets("Acceptance criteria", [criterion.text for criterion in spec.criteria]),
            "constraints": bullets("Constraints", list(spec.constraints)),
            "code": code_of(assignment.context, last=aim.path),
            "tests": assignment.tests or "The existing tests of the project must go on passing.",
            "failures": describe_baseline(assignment.baseline, _wanted(spec)),
            "form": "\n\n".join(part for part in (_ask_for(form, aim), hint) if part),
        },
    )
    return replace(prompt, opening=_opening(aim, targets) if form is Form.DEFINITIONS else "")


def _opening(aim: Aim, targets: Mapping[str, str]) -> str:
    """A model that can be made to begin with what is asked for does not wander off in front of it."""
    if not aim.path.endswith(".py"):
        return ""
    head = head_of(targets.get(aim.path, ""), aim.names[0]) if len(aim.names) == 1 else ""
    return f"```python\n# {aim.path}\n{head}"


def _wanted(spec: Spec) -> tuple[str, ...]:
    return (*spec.must_pass, *(test.path for test in spec.oracle_tests))


def _aim(assignment: Assignment) -> Aim:
    return aim_at(assignment.targets, assignment.baseline, assignment.tests, wanted=_wanted(assignment.spec))


def _ask_for(form: Form, aim: Aim) -> str:
    path = aim.path or "path/to/file.py"
    if form is not Form.DEFINITIONS or not aim.names:
        return fragment(form, {"path": path})
    names = " and ".join(f"`{name}`" for name in aim.names)
    return fragment("form_named_definitions", {"path": path, "names": names})


def _repair_prompt(start: Prompt, parent: Attempt, baseline: Baseline) -> Prompt:
    """Go on from the parent's own conversation: only the failure is new, the prefix stays cached."""
    told = "\n".join(parent.candidate.problems)
    if parent.verification is not None:
        told = describe_failure(parent.verification, baseline)
    turn = Turn(role=Role.USER, text=fragment("repair", {"failures": told}))
    return replace(start, name="repair", turns=(*start.turns, parent.proposal.turns[-1], turn))


def _patch(assignment: Assignment, parent: Attempt | None, answer: str) -> Patch:
    files = dict(assignment.files)
    for change in parent.candidate.changes if parent else ():
        files[change.path] = (change.content or b"").decode("utf-8", "surrogateescape")
    targets = assignment.targets
    sources = Sources(
        files=files,
        executable=assignment.executable,
        default_path=_aim(assignment).path,
    )
    patch = apply_blocks(parse_answer(answer), sources, choose_form(targets))
    if parent is None or patch.problems:
        return patch
    # A repair is laid over its parent: what the parent changed elsewhere stays.
    merged = {change.path: change for change in (*parent.candidate.changes, *patch.changes)}
    return Patch(changes=tuple(merged[path] for path in sorted(merged)), problems=())
