"""Diversity: how each lineage goes about the same work, so that many tries are worth more than one.

Pure: an order, a lineage and how often it started afresh -> model, words, code first shown, sampling.
"""

from dataclasses import dataclass, replace

from journeyman.domain.context import Context
from journeyman.domain.run import Order, Variety
from journeyman.prompts import fragment
from journeyman.stages.generate.strategy import Assignment, Sampling

TEMPERATURES = (0.0, 0.5, 0.8, 1.0)
"""Of the first attempts of the lineages, in turn; a later fresh start is at least 0.6."""
REPAIR_TEMPERATURE = 0.8
"""At least: a greedy repair tends to repeat the answer word for word."""
_FRESH_TEMPERATURE = 0.6
_HINTS = ("", "hint_careful", "hint_small", "hint_cases")
"""Prompt files put at the very end, where they leave the prefix that servers keep as it is."""
_SHIFTS = 3
"""Files that come first in turn: those further down are rarely what is to be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnings:
    """What a lineage has been through."""

    lineage: int
    attempt: int
    """1-based."""
    fresh: int
    """How often it began from the spec, this time included."""
    switches: int = 0
    """How often it was stuck, and changed its approach."""
    repair: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """How one attempt is made."""

    model: int
    """Which of the run's models; the search takes it modulo their number."""
    second_strategy: bool
    shift: int
    """How far the files of the context are turned."""
    sampling: Sampling


def approach(order: Order, turnings: Turnings) -> Approach:
    """Return how a lineage goes about its next attempt; equal orders give equal approaches.

    One lineage is greedy, the others are ever freer. A lineage that was stuck goes over to the next model, the
    next words and the next file, whatever the order says of variety: what it did has shown to lead nowhere.
    """
    lineage, moved = turnings.lineage, turnings.switches
    temperature = TEMPERATURES[lineage % len(TEMPERATURES)]
    if turnings.repair:
        temperature = max(temperature, REPAIR_TEMPERATURE)
    elif turnings.fresh > 1:
        temperature = max(temperature, _FRESH_TEMPERATURE)
    words = moved + (lineage if order.variety in (Variety.WORDS, Variety.CONTEXT) else 0)
    shift = moved + (lineage if order.variety is Variety.CONTEXT else 0)
    hint = _HINTS[words % len(_HINTS)]
    return Approach(
        model=lineage + moved,
        second_strategy=moved % 2 == 1,
        shift=shift % _SHIFTS,
        sampling=Sampling(
            temperature=temperature,
            seed=order.seed + 1000 * lineage + turnings.attempt,
            hint=fragment(hint) if hint else "",
        ),
    )


def turned(assignment: Assignment, shift: int) -> Assignment:
    """Return the assignment with another file of its context in front: the place where a change is looked for first."""
    context = assignment.context
    paths = context.paths
    if shift <= 0 or len(paths) < 2:
        return assignment
    first = shift % len(paths)
    order = {path: place for place, path in enumerate((*paths[first:], *paths[:first]))}
    snippets = tuple(sorted(context.snippets, key=lambda snippet: order[snippet.path]))
    moved = Context(snippets=snippets, token_count=context.token_count, omitted=context.omitted)
    return replace(assignment, context=moved)
