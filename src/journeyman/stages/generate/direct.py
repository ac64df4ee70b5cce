"""The direct strategy: one prompt, one answer, one patch. Made for small and local models."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate
from journeyman.domain.context import Context
from journeyman.domain.prompt import FinishReason, Prompt, Role, Turn
from journeyman.domain.spec import Spec
from journeyman.domain.verification import Baseline
from journeyman.ports.model import LanguageModel
from journeyman.prompts import fragment, render
from journeyman.stages.generate.answer import parse_answer
from journeyman.stages.generate.failures import describe_baseline, describe_failure
from journeyman.stages.generate.form import choose_form
from journeyman.stages.generate.patch import Patch, Sources, apply_blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How freely one answer is drawn."""

    temperature: float
    seed: int
    max_tokens: int = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What every lineage of a run is asked: the same words, so that servers share the prefix."""

    spec: Spec
    context: Context
    baseline: Baseline
    files: Mapping[str, str]
    """Text of every product file at the base that may be edited, by path."""
    tests: str
    """Source of the tests that must pass, ready to be shown."""
    executable: frozenset[str] = frozenset()

    @property
    def targets(self) -> dict[str, str]:
        """The files that are shown and may be changed."""
        return {path: self.files[path] for path in self.context.paths if path in self.files}


async def direct(
    assignment: Assignment, sampling: Sampling, *, candidate_id: str, parent: Attempt | None, model: LanguageModel
) -> Proposal:
    """Ask once, from scratch or to repair `parent`, and turn the answer into a candidate.

    Raises:
        AdapterError: the model could not answer.
    """
    prompt = first_prompt(assignment)
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


def first_prompt(assignment: Assignment) -> Prompt:
    """Return the prompt that every lineage starts from."""
    spec, targets = assignment.spec, assignment.targets
    form = choose_form(targets)
    path = next(iter(targets), "path/to/file.py")
    wanted = (*spec.must_pass, *(test.path for test in spec.oracle_tests))
    return render(
        "generate",
        {
            "title": spec.title,
            "intent": spec.intent,
            "criteria": _bullets("Acceptance criteria", [criterion.text for criterion in spec.criteria]),
            "constraints": _bullets("Constraints", list(spec.constraints)),
            "code": _code(assignment.context, path),
            "tests": assignment.tests or "The existing tests of the project must go on passing.",
            "failures": describe_baseline(assignment.baseline, wanted),
            "form": fragment(form, {"path": path}),
        },
    )


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
        default_path=next(iter(targets), ""),
    )
    patch = apply_blocks(parse_answer(answer), sources, choose_form(targets))
    if parent is None or patch.problems:
        return patch
    # A repair is laid over its parent: what the parent changed elsewhere stays.
    merged = {change.path: change for change in (*parent.candidate.changes, *patch.changes)}
    return Patch(changes=tuple(merged[path] for path in sorted(merged)), problems=())


def _code(context: Context, target: str) -> str:
    """Show the file to be changed last, where the task follows: what a small model read last it heeds most."""
    parts = []
    for snippet in sorted(context.snippets, key=lambda snippet: snippet.path == target):
        where = snippet.path if snippet.start_line == 1 else f"{snippet.path}, from line {snippet.start_line}"
        suffix = snippet.path.rpartition(".")[2]
        language = "python" if suffix == "py" else suffix
        parts.append(f"### {where}\n```{language}\n{snippet.text.rstrip()}\n```")
    return "\n\n".join(parts)


def _bullets(title: str, items: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {item}" for item in items) if items else ""
