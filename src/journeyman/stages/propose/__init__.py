"""propose: Attempt -> Change. A description for people, every claim from something measured."""

from journeyman.domain.attempt import Attempt
from journeyman.domain.change import Change
from journeyman.stages.propose.description import MOST_CHARACTERS, describe
from journeyman.stages.propose.evidence import Evidence, Facts, facts_of
from journeyman.stages.propose.tame import plain_line

__all__ = ["MOST_CHARACTERS", "Evidence", "propose"]

_MAX_TITLE = 72


def propose(attempt: Attempt, evidence: Evidence) -> Change:
    """Return the change for an accepted attempt.

    Raises:
        ValueError: the log does not say that the judge accepted this tree for this spec.
    """
    facts = facts_of(attempt, evidence)
    title = plain_line(evidence.spec.title, most_characters=_MAX_TITLE) or "Change by Journeyman"
    return Change(
        run=evidence.run,
        base=facts.started.base,
        target=evidence.target,
        tree=facts.verification.tree,
        branch=f"journeyman/{evidence.run}",
        title=title,
        body=describe(attempt, evidence, facts),
        message=_message(title, evidence, facts),
    )


def _message(title: str, evidence: Evidence, facts: Facts) -> str:
    models = (plain_line(model, most_characters=200, keep="@") for model in facts.models)
    trailers = [
        *(f"Assisted-by: Journeyman:{model}" for model in models),
        f"Journeyman-Run: {evidence.run}",
        f"Journeyman-Log: {facts.anchor}",
    ]
    locator = plain_line(evidence.spec.source.locator, most_characters=300)
    return f"{title}\n\nSpec: {locator}\n\n" + "\n".join(trailers) + "\n"
