"""What stops a run: E01-E07 and E10, each a pure function that yields (what is wrong, where)."""

from collections import Counter
from collections.abc import Iterator

from journeyman.domain.document import NOWHERE, Span
from journeyman.domain.requirement import Operation, Requirement
from journeyman.domain.spec import Shows, Spec

Found = Iterator[tuple[str, Span]]
_LEAVES = (Operation.REMOVE, Operation.RENAME)


def no_reason(spec: Spec) -> Found:
    """E01."""
    if not spec.title.strip():
        yield "it has no title", NOWHERE
    if not (spec.why.strip() or spec.intent.strip()):
        yield "it does not say why", NOWHERE


def no_requirement(spec: Spec) -> Found:
    """E02; an OpenSpec change may say that it changes no behaviour."""
    waived = any(item.name == "openspec.skip_specs" and item.value == "true" for item in spec.extensions)
    if not spec.requirements and not spec.criteria and not spec.must_pass and not waived:
        yield "it asks for nothing: there is no requirement in it", NOWHERE


def not_checkable(spec: Spec) -> Found:
    """E03."""
    if spec.must_pass or spec.oracle_tests:
        return  # a test decides
    shown = {requirement for criterion in spec.criteria for requirement in criterion.requirements}
    for requirement in spec.requirements:
        if requirement.operation not in _LEAVES and requirement.id not in shown:
            yield f"`{requirement.name or requirement.id}` has no scenario or criterion", requirement.span
        elif requirement.operation not in _LEAVES and not requirement.text.strip():
            yield f"`{requirement.name or requirement.id}` says nothing below its name", requirement.span


def left_open(spec: Spec) -> Found:
    """E04."""
    for question in spec.questions:
        yield f"it leaves open: {question.text[:120]}", question.span


def half_a_scenario(spec: Spec) -> Found:
    """E05."""
    for criterion in spec.criteria:
        if criterion.shows is Shows.SCENARIO and not (criterion.when and criterion.then):
            lacks = " and ".join(
                word for word, steps in (("WHEN", criterion.when), ("THEN", criterion.then)) if not steps
            )
            yield f"scenario `{criterion.name or criterion.id}` has no {lacks}", criterion.span


def unclear_names(spec: Spec) -> Found:
    """E06."""
    names = Counter((item.capability, item.name.casefold(), item.operation) for item in spec.requirements if item.name)
    for item in spec.requirements:
        if item.name and names[item.capability, item.name.casefold(), item.operation] > 1:
            yield f"there are several requirements `{item.name}`", item.span
    ids = Counter(criterion.id for criterion in spec.criteria)
    for criterion in spec.criteria:
        if ids[criterion.id] > 1:
            yield f"there are several criteria `{criterion.id}`", criterion.span
    known = {item.id for item in spec.requirements} | {criterion.id for criterion in spec.criteria}
    for task in spec.tasks:
        for wanted in task.requirements:
            if wanted not in known:
                yield f"task `{task.id}` serves requirement `{wanted}`, which is not there", task.span


def delta_does_not_fit(spec: Spec) -> Found:
    """E07."""
    renamed = {item.name: item for item in spec.requirements if item.operation is Operation.RENAME}
    origins = {item.renamed_from for item in renamed.values()}
    for item in spec.requirements:
        # What is to be removed and does not stand is done already; OpenSpec takes it so too.
        if item.operation is Operation.ADD and item.standing is not None:
            yield f"`{item.name}` is added, and stands already", item.span
        elif item.operation is Operation.MODIFY and item.name in origins:
            yield f"`{item.name}` is renamed and modified: modify it under its new name", item.span
        elif item.operation in _VERBS:
            origin = renamed.get(item.name, item)
            yield from _against(item, item.standing if item.standing is not None else origin.standing, spec)


def _against(item: Requirement, standing: tuple[str, ...] | None, spec: Spec) -> Found:
    """Compare a requirement with what stands under its name: it must, and a modified one keeps every scenario."""
    if standing is None:
        yield f"`{item.renamed_from or item.name}` is to be {_VERBS[item.operation]}, and does not stand", item.span
    elif item.operation is Operation.MODIFY:
        kept = {criterion.name for criterion in spec.criteria if item.id in criterion.requirements}
        for lost in [name for name in standing if name not in kept]:
            yield f"`{item.name}` is modified and loses its scenario `{lost}`", item.span


_VERBS = {Operation.MODIFY: "modified", Operation.RENAME: "renamed"}


def author_unknown(spec: Spec) -> Found:
    """E10, the half that a person can answer for: whoever wrote it may not start work here."""
    if not spec.source.trust.may_ask:
        who = spec.source.author or "somebody"
        yield f"it was written by {who}, who is no member of the project ({spec.source.trust.value})", NOWHERE


def blocked(spec: Spec) -> Found:
    """E10, the other half."""
    for link in spec.links:
        if link.relation == "blocked-by" and link.open:
            yield f"it is blocked by {link.target}, which is still open", NOWHERE
