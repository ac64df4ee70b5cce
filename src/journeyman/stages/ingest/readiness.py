"""The definition of ready: every rule as a row of a table, each a pure function of the spec.

E stops a run, W is shown in the pull request. What is typed by hand (`text:`, `file:`, `test:`) is held to
less: some errors are warnings there, and wording is not weighed. Rules after the lint rules of OpenSpec and
EARS (Mavin et al., "Easy Approach to Requirements Syntax", RE 2009).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from journeyman.domain.document import Span
from journeyman.domain.requirement import Level, Objection
from journeyman.domain.spec import Spec
from journeyman.stages.ingest import stopping, wording

Find = Callable[[Spec], Iterator[tuple[str, Span]]]
"""Yields (what is wrong, where) of a spec."""

_FREE = frozenset({"text", "file", "test"})
"""Schemes whose specs are written by hand by whoever starts the run."""
_FORMAL = frozenset({"openspec", "speckit", "kiro"})
"""Schemes whose format has requirements in sentences of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known beside the spec."""

    runners: tuple[str, ...] | None = None
    """Test runners recognised in the repository; None when nobody looked."""
    author_accepted: bool = False
    """A person answers for the author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the definition of ready."""

    id: str
    summary: str
    remedy: str
    find: Find
    level: Level = Level.ERROR
    free: Level | None = Level.ERROR
    """What it does to a spec written by hand; None does not ask."""
    formal: bool = False
    """Whether it is asked only of formats that write requirements as sentences."""
    needs: frozenset[str] = field(default_factory=frozenset)
    """Schemes it is about; empty means all."""


def objections_to(spec: Spec, surroundings: Surroundings | None = None) -> tuple[Objection, ...]:
    """Return everything that keeps a spec from being ready, errors first, then by rule and place."""
    known = surroundings or Surroundings()
    found = [*spec.objections, *_surrounding(spec, known)]
    for rule in RULES:
        level = _level(rule, spec)
        if level is not None:
            found += [
                Objection(rule=rule.id, level=level, reason=reason, remedy=rule.remedy, span=span)
                for reason, span in rule.find(spec)
            ]
    return tuple(
        sorted(dict.fromkeys(found), key=lambda item: (item.level is Level.WARNING, item.rule, item.span.start_line))
    )


def strictly(objections: tuple[Objection, ...]) -> tuple[Objection, ...]:
    """Return the same objections, each an error."""
    return tuple(replace(objection, level=Level.ERROR) for objection in objections)


def _level(rule: Rule, spec: Spec) -> Level | None:
    scheme = spec.source.locator.partition(":")[0]
    if (rule.formal and scheme not in _FORMAL) or (rule.needs and scheme not in rule.needs):
        return None
    return rule.free if scheme in _FREE else rule.level


def _surrounding(spec: Spec, known: Surroundings) -> Iterator[Objection]:
    if not known.author_accepted:
        for reason, span in stopping.author_unknown(spec):
            yield Objection(
                rule="E10",
                level=Level.ERROR,
                reason=reason,
                span=span,
                remedy="Read it with `journeyman spec show`, then say `--accept-author`.",
            )
    if known.runners == ():
        yield Objection(
            rule="E11",
            level=Level.ERROR,
            reason="no test runner is recognised in the repository",
            remedy="Add a test suite, or name a command under [judge] in journeyman.toml.",
        )


_WARN = Level.WARNING
RULES = (
    Rule(
        id="E01",
        summary="a title and a reason",
        remedy="Give it a title, and say in a few sentences what it is for.",
        find=stopping.no_reason,
    ),
    Rule(
        id="E02",
        summary="at least one requirement",
        remedy="Say what the product must do; in OpenSpec, write a delta below specs/.",
        find=stopping.no_requirement,
    ),
    Rule(
        id="E03",
        summary="every requirement can be checked",
        remedy="Add a scenario, an acceptance criterion or a test; or mark the criterion `(manual)`.",
        find=stopping.not_checkable,
        free=_WARN,
    ),
    Rule(
        id="E04",
        summary="nothing is left open",
        remedy="Answer the question, and take the mark out.",
        find=stopping.left_open,
        free=_WARN,
    ),
    Rule(
        id="E05",
        summary="a scenario says what happens and what follows",
        remedy="Write both WHEN and THEN.",
        find=stopping.half_a_scenario,
    ),
    Rule(
        id="E06",
        summary="names and ids are told apart",
        remedy="Give each its own name, and mend references to what is not there.",
        find=stopping.unclear_names,
    ),
    Rule(
        id="E07",
        summary="a delta fits the spec that stands",
        remedy="Name a requirement that stands, and repeat every scenario of one that you modify.",
        find=stopping.delta_does_not_fit,
        needs=frozenset({"openspec"}),
    ),
    Rule(
        id="E10",
        summary="nothing blocks it",
        remedy="Finish what blocks it, or take the link out.",
        find=stopping.blocked,
    ),
    Rule(
        id="W01",
        summary="says how strongly it is wanted",
        remedy="Use SHALL or MUST.",
        find=wording.no_strength,
        level=_WARN,
        formal=True,
    ),
    Rule(
        id="W02",
        summary="one obligation in one requirement",
        remedy="Split it.",
        find=wording.many_obligations,
        level=_WARN,
        formal=True,
    ),
    Rule(
        id="W03",
        summary="no vague words",
        remedy="Say how much, how long or which.",
        find=wording.vague_words,
        level=_WARN,
        free=_WARN,
    ),
    Rule(
        id="W04",
        summary="is a sentence of the EARS patterns",
        remedy="Write `[When|While|Where|If …, then] the SYSTEM shall …`.",
        find=wording.no_pattern,
        level=_WARN,
        formal=True,
    ),
    Rule(
        id="W05",
        summary="says what happens when something goes wrong",
        remedy="Add a scenario of an error or of bad input.",
        find=wording.no_unwanted_case,
        level=_WARN,
        free=_WARN,
    ),
    Rule(
        id="W06",
        summary="says what is not wanted",
        remedy="Add a section Non-Goals.",
        find=wording.no_limits,
        level=_WARN,
        free=None,
    ),
    Rule(
        id="W07",
        summary="fits one pull request",
        remedy="Split it into units of work of their own.",
        find=wording.too_large,
        level=_WARN,
        free=_WARN,
    ),
    Rule(
        id="W08",
        summary="leaves the design to the design",
        remedy="Say what is wanted, not which class does it.",
        find=wording.design_in_requirement,
        level=_WARN,
        formal=True,
    ),
    Rule(
        id="W09",
        summary="says who does it",
        remedy="Name the system or the part of it that acts.",
        find=wording.nobody_acts,
        level=_WARN,
        formal=True,
    ),
    Rule(
        id="W10",
        summary="a scenario is an example, not an echo",
        remedy="Give a concrete case with its values.",
        find=wording.echo,
        level=_WARN,
        free=_WARN,
    ),
    Rule(
        id="W11",
        summary="holds no secret, nothing hidden and no orders to the reader",
        remedy="Take it out; a secret that was written down is to be replaced.",
        find=wording.suspicious_text,
        level=_WARN,
        free=_WARN,
    ),
)
"""Every rule that needs nothing but the spec; E08 comes from the source of OpenAPI, E09 from the judge."""
