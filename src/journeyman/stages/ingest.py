"""ingest: locator -> Spec. Says what is missing before anyone pays for a run."""

from journeyman.domain.errors import UserError
from journeyman.domain.spec import Spec
from journeyman.ports.source import SpecSource

MAX_INTENT_CHARACTERS = 100_000


async def ingest(rest: str, *, source: SpecSource) -> Spec:
    """Read a spec and refuse one that nobody could work from.

    Raises:
        UserError: no such spec, an empty one, or one too long to be a unit of work.
    """
    spec = await source.load(rest)
    if not spec.title.strip() and not spec.intent.strip():
        raise UserError("the spec is empty", remedy="Say in a title and a few sentences what is wanted.")
    if len(spec.intent) > MAX_INTENT_CHARACTERS:
        raise UserError(
            f"the spec is {len(spec.intent):,} characters long; {MAX_INTENT_CHARACTERS:,} is the most",
            remedy="Split it into units of work that fit one pull request each.",
        )
    return spec
