"""The briefing: everything an agent is told before its first step."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from journeyman.domain.pace import Pace
from journeyman.domain.prompt import Prompt
from journeyman.domain.snapshot import Snapshot
from journeyman.domain.usage import Left
from journeyman.ports.repository import Repository
from journeyman.prompts import render
from journeyman.stages.generate.agent.loop import words_of
from journeyman.stages.generate.failures import describe_baseline
from journeyman.stages.generate.shown import bullets, code_of
from journeyman.stages.generate.strategy import Assignment

RULES = "AGENTS.md"
_RULES_CHARACTERS = 6000
_LISTED_NAMES = 24


async def brief(
    assignment: Assignment, *, facts: Sequence[str], left: Left, pace: Pace, repository: Repository
) -> Prompt:
    """Return the first prompt, without tools and sampling."""
    spec, base = assignment.spec, assignment.ground.base
    wanted = (*spec.must_pass, *(test.path for test in spec.oracle_tests))
    room = f"{pace.steps} steps; for the whole run: {words_of(left)}"
    where = ["/work is the root of the project, where commands start.", *facts, _listing(base), f"You have {room}."]
    return render(
        "agent",
        {
            "title": spec.title,
            "intent": spec.intent,
            "criteria": bullets("Acceptance criteria", [criterion.text for criterion in spec.criteria]),
            "constraints": bullets("Constraints", list(spec.constraints)),
            "plan": f"## The plan that was agreed on\n\n{assignment.plan.strip()}" if assignment.plan.strip() else "",
            "tests": assignment.tests or "The tests of the project must go on passing.",
            "failures": describe_baseline(assignment.baseline, wanted),
            "facts": "\n".join(f"- {fact}" for fact in where),
            "rules": await _rules(assignment, repository),
            "code": code_of(assignment.context) or "(nothing was found: search)",
        },
    )


async def _rules(assignment: Assignment, repository: Repository) -> str:
    """Return the project's own rules at the base, root to leaf, as what others wrote."""
    base = assignment.ground.base
    near = {str(above) for path in _places(assignment) for above in PurePosixPath(path).parents}
    found = [
        entry
        for entry in base.entries
        if PurePosixPath(entry.path).name == RULES and str(PurePosixPath(entry.path).parent) in {".", *near}
    ]
    if not found:
        return ""
    found.sort(key=lambda entry: (entry.path.count("/"), entry.path))
    parts, left = [], _RULES_CHARACTERS
    for entry, content in zip(found, await repository.read_many(tuple(e.blob for e in found)), strict=True):
        text = content.decode("utf-8", "replace")[:left]
        left -= len(text)
        lines = "\n".join(f"| {line}" for line in text.splitlines())
        parts.append(f"{entry.path} at {base.commit[:12]} (written by others):\n{lines}")
    return "# Rules of the project\n\n" + "\n\n".join(parts)


def _places(assignment: Assignment) -> list[str]:
    tests = [test.partition("::")[0] for test in assignment.spec.must_pass]
    return [*assignment.context.paths, *tests]


def _listing(base: Snapshot) -> str:
    names = dict.fromkeys(entry.path.partition("/")[0] + ("/" if "/" in entry.path else "") for entry in base.entries)
    more = f" and {len(names) - _LISTED_NAMES} more" if len(names) > _LISTED_NAMES else ""
    return f"It has {len(base.entries)} files: {', '.join([*names][:_LISTED_NAMES])}{more}."
