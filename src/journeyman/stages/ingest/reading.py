"""Reading a spec, and refusing one that nobody could work from before anyone pays for a run."""

from dataclasses import replace

from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Level, Objection
from journeyman.domain.spec import Spec
from journeyman.ports.source import SpecSource
from journeyman.stages.ingest.readiness import Surroundings, objections_to

MAX_INTENT_CHARACTERS = 100_000


async def ingest(rest: str, *, source: SpecSource, accept_author: bool = False) -> Spec:
    """Read a spec and refuse one that is not ready; what is only doubtful comes along as its objections.

    Args:
        rest: of the locator, behind the scheme.
        source: that reads it.
        accept_author: a person has read it and answers for its author.

    Raises:
        UserError: no such spec, an empty one, one too long to be a unit of work, or one that is not ready.
    """
    spec = await source.load(rest)
    if not spec.title.strip() and not spec.intent.strip():
        raise UserError("the spec is empty", remedy="Say in a title and a few sentences what is wanted.")
    if len(spec.intent) > MAX_INTENT_CHARACTERS:
        raise UserError(
            f"the spec is {len(spec.intent):,} characters long; {MAX_INTENT_CHARACTERS:,} is the most",
            remedy="Split it into units of work that fit one pull request each.",
        )
    objections = objections_to(spec, Surroundings(author_accepted=accept_author))
    if errors := [objection for objection in objections if objection.level is Level.ERROR]:
        raise UserError("the spec is not ready:" + "".join(map(_line, errors)), remedy=_remedies(errors))
    return replace(spec, objections=objections)


def _line(objection: Objection) -> str:
    where = f" ({objection.span})" if str(objection.span) else ""
    return f"\n  {objection.rule} {objection.reason}{where}"


def _remedies(errors: list[Objection]) -> str:
    return "\n".join(dict.fromkeys(f"{error.rule}: {error.remedy}" for error in errors))
