"""review: Candidate + Verification -> objections of a second model, to be shown or to be printed. Never a gate."""

import re
from dataclasses import dataclass, replace

from journeyman.domain.attempt import Attempt
from journeyman.domain.finding import Severity
from journeyman.domain.prompt import Completion
from journeyman.domain.spec import Spec
from journeyman.domain.verification import Verification
from journeyman.ports.model import LanguageModel
from journeyman.prompts import render

MOST_OBJECTIONS = 3
_MOST_DIFF = 24_000
_MOST_TOKENS = 1500
_MOST_TEXT = 600
_OBJECTION = re.compile(r"^[^\w\n`]*OBJECTION[^\w\n]*?:[ *]*(?P<text>.+)$", re.MULTILINE | re.IGNORECASE)
_CRITERION = re.compile(r"^[^\w\n`]*CRITERION[^\w\n]*?:[ *`]*(?P<id>[^\s*`]+)", re.MULTILINE | re.IGNORECASE)
_BLOCK = re.compile(r"^(?:```|~~~)\w*\n(?P<code>.*?)^(?:```|~~~)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What a reviewer finds wrong."""

    text: str
    criterion: str = ""
    """Id of a criterion that the spec really has; empty when none was named."""
    test: str = ""
    """Python source of a test that is said to fail; empty when there is none."""


async def review(attempt: Attempt, diff: str, *, spec: Spec, model: LanguageModel) -> tuple[Objection, ...]:
    """Return what a second model has against an accepted attempt; nothing when it has no objection.

    Raises:
        AdapterError, SpentError: it could not be asked.
    """
    criteria = [f"- [{one.id}] {one.text}" for one in spec.criteria]
    prompt = render(
        "review",
        {
            "title": spec.title,
            "intent": spec.intent,
            "criteria": "## Acceptance criteria\n\n" + "\n".join(criteria) if criteria else "",
            "diff": diff[:_MOST_DIFF].rstrip(),
            "evidence": _evidence(attempt.verification),
        },
    )
    completion = await model.complete(replace(prompt, max_tokens=_MOST_TOKENS))
    return parse_review(completion, {one.id for one in spec.criteria})


def parse_review(completion: Completion, criteria: set[str]) -> tuple[Objection, ...]:
    """Return the objections in an answer; an answer in no form at all is no objection."""
    marks = list(_OBJECTION.finditer(completion.text))
    ends = [*(mark.start() for mark in marks[1:]), len(completion.text)]
    found = []
    for mark, end in list(zip(marks, ends, strict=False))[:MOST_OBJECTIONS]:
        below = completion.text[mark.end() : end]
        named, block = _CRITERION.search(below), _BLOCK.search(below)
        code = block["code"] if block else ""
        found.append(
            Objection(
                text=mark["text"].strip()[:_MOST_TEXT],
                criterion=named["id"] if named and named["id"] in criteria else "",
                test=code if "def test" in code else "",
            )
        )
    return tuple(found)


def _evidence(verification: Verification | None) -> str:
    if verification is None:
        return "Nothing."
    tests = [
        f"- {len({one.node_id for one in check.results})} tests in `{check.name}`" for check in verification.checks
    ]
    notes = [f"- {one.reason}" for one in verification.findings if one.severity is Severity.NOTE]
    return "\n".join([*tests, *notes[:8]]) or "Nothing."
