"""What a reviewer had to say, for people: its words are quoted, and what was tried of them is said beside."""

from journeyman.domain.choice import ObjectionSeen, ReviewGiven
from journeyman.domain.event import Record
from journeyman.stages.propose.tame import code, prose

_STATES = {
    "shown": "a test of the reviewer fails on what was chosen at first",
    "refuted": "the reviewer's own test passes, so it is not so",
    "untried": "nobody has shown it",
}


def reviewer_section(records: tuple[Record, ...]) -> str:
    """Return the section of the pull request, Markdown; empty when nobody reviewed."""
    given = [(record.sequence, record.event) for record in records if isinstance(record.event, ReviewGiven)]
    if not given:
        return ""
    sequence, event = given[-1]
    lines = [f"- {_objection(one)}" for one in event.objections] or ["- no objection"]
    if event.note:
        lines.append(f"- {prose(event.note)}")
    head = f"By the model {code(event.reviewer)}: advice, which decides nothing. *(record {sequence} of the log)*"
    return "\n".join(("## What a reviewer says", "", head, "", *lines))


def _objection(one: ObjectionSeen) -> str:
    named = f" (criterion {code(one.criterion)})" if one.criterion else ""
    return f"{prose(one.text)}{named}: {_STATES.get(one.state, prose(one.state))}"
