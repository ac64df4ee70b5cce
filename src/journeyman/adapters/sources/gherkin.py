"""`gherkin:FILE`: a feature in Gherkin; its scenarios are the criteria. Read with Cucumber's own parser."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from journeyman.adapters.sources.folder import text_at
from journeyman.adapters.sources.page import digest_of, page_of
from journeyman.domain.document import Role, Span
from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Requirement
from journeyman.domain.spec import Criterion, Shows, Source, Spec
from journeyman.settings import Settings

_KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}


class GherkinSource:
    """Reads feature files."""

    async def load(self, rest: str) -> Spec:
        """Return the spec in a feature file.

        Raises:
            UserError: there is no such file, or it is no Gherkin; the line is named.
        """
        return await asyncio.to_thread(_load, rest)


@asynccontextmanager
async def open_source(_rest: str, _settings: Settings) -> AsyncIterator[GherkinSource]:
    """Open the source; there is nothing to close."""
    import gherkin.parser  # noqa: F401 # says now, and with its remedy, that the extra is missing

    yield GherkinSource()


def _load(rest: str) -> Spec:
    from gherkin.errors import CompositeParserException, ParserError
    from gherkin.parser import Parser

    path = Path(rest).expanduser()
    page = page_of(path.name, text_at(path, shown=f"feature {rest}"), Role.REQUIREMENTS)
    try:
        feature = cast("dict[str, Any]", dict(Parser().parse(page.text))).get("feature") or {}
    except (CompositeParserException, ParserError) as error:
        said = str(error).replace("Parser errors:\n", "").split("\n")[0]
        raise UserError(f"the feature {rest} is not Gherkin: {said}", remedy="Mend the line it names.") from error
    requirements, criteria = _read(feature, page.path)
    description = _words(feature.get("description", ""))
    return Spec(
        title=feature.get("name", ""),
        intent=description or feature.get("name", ""),
        source=Source(locator=f"gherkin:{rest}", digest=digest_of([page.document])),
        why=description or feature.get("name", ""),
        documents=(page.document,),
        requirements=requirements,
        criteria=criteria,
        labels=tuple(tag["name"].lstrip("@") for tag in feature.get("tags", ())),
    )


def _read(feature: dict[str, Any], path: str) -> tuple[tuple[Requirement, ...], tuple[Criterion, ...]]:
    """Return a requirement for the feature and for each of its rules, and a criterion for each scenario."""
    requirements: list[Requirement] = []
    criteria: list[Criterion] = []

    def visit(holder: dict[str, Any], identity: str, given: tuple[str, ...]) -> None:
        at = holder["location"]["line"]
        text = _words(holder.get("description", "")) or holder.get("name", "")
        requirements.append(
            Requirement(
                id=identity, name=holder.get("name", ""), text=text, span=Span(path=path, start_line=at, end_line=at)
            )
        )
        before = len(criteria)
        for child in holder.get("children", ()):
            if "background" in child:
                given = (*given, *(step["text"] for step in child["background"]["steps"]))
            elif "scenario" in child:
                number = len(criteria) - before + 1
                criteria.append(_criterion(child["scenario"], f"{identity}.{number}", identity, given, path))
            else:
                rules = sum("rule" in item for item in holder["children"][: holder["children"].index(child) + 1])
                visit(child["rule"], f"{identity}.R{rules}", given)

    if feature:
        visit(feature, "F", ())
    shown = {name for criterion in criteria for name in criterion.requirements}
    # A feature that only holds rules asks for nothing by itself.
    return tuple(item for item in requirements if item.id in shown or len(requirements) == 1 or "." in item.id), tuple(
        criteria
    )


def _criterion(
    scenario: dict[str, Any], identity: str, requirement: str, given: tuple[str, ...], path: str
) -> Criterion:
    steps: dict[str, list[str]] = {"given": list(given), "when": [], "then": []}
    kind = "given"
    for step in scenario["steps"]:
        kind = _KINDS.get(step["keywordType"], kind)
        steps[kind].append(step["text"] + _argument(step))
    lines = [f"{step['keyword'].strip()} {step['text']}{_argument(step)}" for step in scenario["steps"]]
    lines += [line for examples in scenario.get("examples", ()) for line in _table(examples)]
    start = scenario["location"]["line"]
    end = max([start, *(step["location"]["line"] for step in scenario["steps"])])
    return Criterion(
        id=identity,
        name=scenario.get("name", ""),
        text="\n".join(lines),
        shows=Shows.SCENARIO,
        requirements=(requirement,),
        given=tuple(steps["given"]),
        when=tuple(steps["when"]),
        then=tuple(steps["then"]),
        span=Span(path=path, start_line=start, end_line=end),
    )


def _argument(step: dict[str, Any]) -> str:
    if "docString" in step:
        return f": {step['docString']['content']}"
    if "dataTable" in step:
        return ": " + "; ".join(" | ".join(cell["value"] for cell in row["cells"]) for row in step["dataTable"]["rows"])
    return ""


def _table(examples: dict[str, Any]) -> Iterator[str]:
    rows = [examples["tableHeader"], *examples["tableBody"]] if examples.get("tableHeader") else []
    for row in rows:
        yield "| " + " | ".join(cell["value"] for cell in row["cells"]) + " |"


def _words(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().split("\n"))
