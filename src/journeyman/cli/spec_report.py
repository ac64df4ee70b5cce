"""A spec and what is to be said of it, for people and for code-scanning views."""

import json
from urllib.parse import quote

import click

from journeyman import __version__
from journeyman.domain.digest import digest_noun
from journeyman.domain.document import Span
from journeyman.domain.requirement import Level, Objection, Operation, Requirement
from journeyman.domain.spec import Spec
from journeyman.eventlog.describe import one_line

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def show_spec(spec: Spec) -> None:
    """Print a spec: what is wanted, where it stands, who wrote it, and what was hidden in it."""
    source = spec.source
    click.secho(one_line(spec.title) or "(no title)", bold=True)
    author = f", by {one_line(source.author)}" if source.author else ""
    version = f", version {one_line(source.ref)}" if source.ref else ""
    click.echo(f"  {one_line(source.locator)}{author} ({source.trust.value} trust{version}), digest {spec.digest[:16]}")
    for line in spec.intent.split("\n"):
        click.echo(f"  {one_line(line, longest=2000)}".rstrip())
    _listing("Requirements", [_requirement(item) for item in spec.requirements if item.id != "R-1"])
    _listing(
        "Criteria",
        [
            f"{item.id}: {_name(item.name)}{one_line(' '.join(item.text.split()))}{_at(item.span)}"
            for item in spec.criteria
        ],
    )
    _listing("Constraints", [one_line(item) for item in spec.constraints])
    _listing("Tasks", [f"[{'x' if item.done else ' '}] {item.id} {one_line(item.text)}" for item in spec.tasks])
    _listing("Open questions", [f"{one_line(item.text)}{_at(item.span)}" for item in spec.questions])
    _listing("Notes", [f"{item.about}: {one_line(item.text)}" for item in spec.notes])
    _listing("Links, never followed", [f"{item.relation}: {one_line(item.target)}" for item in spec.links])
    _listing("Beside", [f"{one_line(item.name)} = {one_line(item.value)}" for item in spec.extensions])
    _listing("Documents", [f"{one_line(item.path)}  {item.role.value}  {item.digest[:16]}" for item in spec.documents])
    hidden = [f"{one_line(path)}:{item.line}  {item.kind}: {one_line(item.text)}" for path, item in spec.hidden]
    _listing("Stripped, because nobody sees it", hidden, colour="yellow")


def show_objections(spec: Spec, objections: tuple[Objection, ...]) -> None:
    """Print what keeps a spec from being ready, each with what would mend it."""
    for item in objections:
        colour = "red" if item.level is Level.ERROR else "yellow"
        click.echo(f"{click.style(item.rule, fg=colour, bold=True)} {one_line(item.reason)}{_at(item.span)}")
        click.echo(f"    {one_line(item.remedy)}")
    errors = sum(item.level is Level.ERROR for item in objections)
    warnings = len(objections) - errors
    state = "not ready" if errors else "ready"
    click.secho(
        f"{one_line(spec.title)}: {state} ({errors} errors, {warnings} warnings)", fg="red" if errors else "green"
    )


def sarif_of(objections: tuple[Objection, ...]) -> str:
    """Return the objections as SARIF 2.1.0; where an objection is about the whole, it stands at the first line."""
    from journeyman.stages.ingest import RULES

    summaries = {rule.id: rule for rule in RULES}
    used = sorted({item.rule for item in objections})
    rules = [
        {
            "id": rule,
            "shortDescription": {"text": summaries[rule].summary if rule in summaries else rule},
            "help": {"text": next(item.remedy for item in objections if item.rule == rule)},
        }
        for rule in used
    ]
    run = {
        "tool": {"driver": {"name": "Journeyman", "semanticVersion": __version__, "rules": rules}},
        "automationDetails": {"id": "journeyman/spec/"},
        "columnKind": "utf16CodeUnits",
        "results": [_result(item, used) for item in objections],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, sort_keys=True)


def _result(item: Objection, rules: list[str]) -> dict[str, object]:
    region = {"startLine": max(1, item.span.start_line), "endLine": max(1, item.span.end_line)}
    place = {"artifactLocation": {"uri": quote(item.span.path or "spec")}, "region": region}
    return {
        "ruleId": item.rule,
        "ruleIndex": rules.index(item.rule),
        "level": item.level.value,
        "message": {"text": f"{item.reason}\nWhat to do: {item.remedy}"},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"journeymanObjection/v1": digest_noun((item.rule, item.span.path, item.reason))},
    }


def _listing(title: str, lines: list[str], *, colour: str = "") -> None:
    if lines:
        click.secho(f"\n{title}", bold=True, fg=colour or None)
        for line in lines:
            click.echo(f"  {line}")


def _requirement(item: Requirement) -> str:
    does = "" if item.operation is Operation.NONE else f"{item.operation.value} "
    return f"{item.id}: {does}{one_line(item.name or item.text)}{_at(item.span)}"


def _name(name: str) -> str:
    return f"{one_line(name)}: " if name else ""


def _at(span: Span) -> str:
    return f"  ({one_line(str(span))})" if str(span) else ""
