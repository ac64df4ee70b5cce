"""The plan: what is to be done and in which order, laid down before the work, for a person to read and change."""

from dataclasses import replace

from journeyman.domain.prompt import Completion
from journeyman.ports.model import LanguageModel
from journeyman.prompts import render
from journeyman.stages.generate.failures import describe_baseline
from journeyman.stages.generate.shown import bullets, code_of
from journeyman.stages.generate.strategy import Assignment

_PLAN_TOKENS = 2000
_MANY_CRITERIA = 6
_LONG_CHARACTERS = 4000


def is_large(assignment: Assignment) -> bool:
    """Say whether a task is worth a plan: a small one is done sooner than planned."""
    spec = assignment.spec
    return len(spec.criteria) >= _MANY_CRITERIA or len(spec.intent) >= _LONG_CHARACTERS


async def make_plan(assignment: Assignment, *, model: LanguageModel, seed: int) -> Completion:
    """Ask a model for a plan; its text is the plan.

    Raises:
        AdapterError: the model could not answer.
        SpentError: there is no room for the question.
    """
    spec = assignment.spec
    prompt = render(
        "plan",
        {
            "title": spec.title,
            "intent": spec.intent,
            "criteria": bullets("Acceptance criteria", [criterion.text for criterion in spec.criteria]),
            "constraints": bullets("Constraints", list(spec.constraints)),
            "tests": assignment.tests or "The tests of the project must go on passing.",
            "failures": describe_baseline(assignment.baseline, spec.must_pass),
            "code": code_of(assignment.context),
        },
    )
    return await model.complete(replace(prompt, max_tokens=_PLAN_TOKENS, seed=seed))
