"""Given, when, then: the steps of a scenario, in whichever of the usual ways they are written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_STEP = re.compile(
    r"^\s*(?:[-*+]\s+|\d+[.)]\s+)?(?:\[[ xX]\]\s+)?(?:\*\*|__|`)?(given|when|then|and|but)(?:\*\*|__|`)?(?=[\s:*_`]|$)"
    r"[:*_`]*\s*(.*)$",
    re.IGNORECASE,
)
_INLINE = re.compile(r"(?:\*\*|\b)(given|when|then)\b(?:\*\*)?[:,]?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What is given, what happens, what must follow."""

    given: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    then: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any step."""
        return bool(self.given or self.when or self.then)


def steps_in(lines: Iterable[str]) -> Steps:
    """Return the steps that stand one to a line; `and` and `but` go on with the kind before them."""
    found: dict[str, list[str]] = {"given": [], "when": [], "then": []}
    current = ""
    for line in lines:
        step = _STEP.match(line)
        if step:
            kind = step[1].lower()
            current = kind if kind in found else current
            if current:
                found[current].append(step[2].strip())
        elif current and line.strip() and found[current]:
            found[current][-1] = f"{found[current][-1]} {line.strip().lstrip('-*+ ')}".strip()
    return Steps(given=tuple(found["given"]), when=tuple(found["when"]), then=tuple(found["then"]))


def steps_of_sentence(text: str) -> Steps:
    """Return the steps of `Given x, When y, Then z` on one line; none when a `then` or a `when` is missing."""
    marks = list(_INLINE.finditer(text))
    kinds = [mark[1].lower() for mark in marks]
    if "then" not in kinds or ("when" not in kinds and "given" not in kinds) or not _leads(text, marks[0]):
        return Steps()
    found: dict[str, list[str]] = {"given": [], "when": [], "then": []}
    for index, mark in enumerate(marks):
        end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        found[kinds[index]].append(text[mark.end() : end].strip(" ,;*"))
    return Steps(given=tuple(found["given"]), when=tuple(found["when"]), then=tuple(found["then"]))


def _leads(text: str, mark: re.Match[str]) -> bool:
    return not text[: mark.start()].strip(" *_-0123456789.)")
