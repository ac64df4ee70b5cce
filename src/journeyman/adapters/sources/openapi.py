"""`openapi:FILE#operation,…`: an OpenAPI document is the spec; each selected operation is a requirement.

Nothing outside the document is read: a reference to elsewhere is refused, and never followed.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

from journeyman.adapters.sources.folder import text_at
from journeyman.domain.document import Document, Role, Span
from journeyman.domain.errors import UserError
from journeyman.domain.legible import legible
from journeyman.domain.requirement import Contract, Kind, Level, Modality, Objection, Requirement
from journeyman.domain.spec import Criterion, Shows, Source, Spec
from journeyman.settings import Settings

_MOST_BYTES = 20_000_000
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_MOST_LISTED = 12
_MOST_ERRORS = 10


class OpenApiSource:
    """Reads OpenAPI documents, 3.0 and 3.1, JSON and YAML."""

    async def load(self, rest: str) -> Spec:
        """Return the spec that a document and its selected operations make; all of them when none is named.

        A document that is not valid is read all the same, and objected to (E08).

        Raises:
            UserError: there is no such file, it is neither JSON nor YAML, or refers to what lies elsewhere.
        """
        return await asyncio.to_thread(_load, rest)


@asynccontextmanager
async def open_source(_rest: str, _settings: Settings) -> AsyncIterator[OpenApiSource]:
    """Open the source; there is nothing to close."""
    import openapi_spec_validator  # noqa: F401 # says now, and with its remedy, that the extra is missing

    yield OpenApiSource()


def _load(rest: str) -> Spec:
    name, _, selected = rest.partition("#")
    path = Path(name).expanduser()
    text = text_at(path, shown=f"OpenAPI document {name}", most_bytes=_MOST_BYTES)
    parsed = _parsed(text, name)
    _refuse_references(parsed, name)
    wanted = tuple(item.strip() for item in selected.split(",") if item.strip())
    operations = list(_operations(parsed))
    chosen = [item for item in operations if not wanted or item[0] in wanted]
    media = "application/json" if name.endswith(".json") else "application/yaml"
    document = Document(
        path=path.name,
        role=Role.OPENAPI,
        text=text,
        media_type=media,
        hidden=legible(text)[1] if len(text) < 100_000 else (),
    )
    lines = _lines(text, [item[0] for item in chosen])
    info = _mapping(parsed.get("info"))
    title = f"{_plain(info.get('title')) or path.name}: " + (
        ", ".join(item[0] for item in chosen[:4]) or "no operation"
    )
    return Spec(
        title=title + (f" and {len(chosen) - 4} more" if len(chosen) > 4 else ""),
        intent=_intent(info, chosen, path.name),
        source=Source(locator=f"openapi:{rest}", digest=document.digest, ref=_plain(info.get("version"))),
        kind=Kind.API,
        why=_plain(info.get("description")) or f"The interface that {path.name} describes is to be there.",
        documents=(document,),
        requirements=tuple(_requirement(item, lines, path.name) for item in chosen),
        criteria=tuple(_criterion(item, lines, path.name) for item in chosen),
        contracts=(
            Contract(
                kind="openapi",
                path=path.name,
                operations=tuple(item[0] for item in chosen),
                requests=tuple(f"{item[1].upper()} {item[2]}" for item in chosen),
            ),
        ),
        objections=(*_invalid(parsed, path.name), *_missing(wanted, operations)),
    )


_Operation = tuple[str, str, str, dict[str, Any]]
"""(id, method, path, the operation itself)."""


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text) if text.lstrip().startswith("{") else _from_yaml(text, name)
    except UserError:
        raise
    except Exception as error:
        said = " ".join(str(error).split())[:300]
        raise UserError(f"{name} is neither JSON nor YAML: {said}", remedy="Mend the place it names.") from error
    if not isinstance(parsed, dict) or not str(parsed.get("openapi", "")).startswith("3."):
        raise UserError(f"{name} is no OpenAPI 3 document", remedy="It must start with `openapi: 3.x.y`.")
    return parsed


def _from_yaml(text: str, name: str) -> object:
    import yaml

    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=safe)):
        # Aliases make a small file enormous; an OpenAPI document has `$ref` for that.
        raise UserError(f"{name} holds YAML aliases", remedy="Use $ref instead.")

    class Plain(safe):  # type: ignore[misc,valid-type] # chosen at run time
        """Leaves dates as text, as JSON would have them."""

        yaml_implicit_resolvers: ClassVar = {
            first: [(tag, pattern) for tag, pattern in held if tag != "tag:yaml.org,2002:timestamp"]
            for first, held in safe.yaml_implicit_resolvers.items()
        }

    return yaml.load(text, Loader=Plain)  # noqa: S506 # derives from the safe loader


def _refuse_references(parsed: object, name: str) -> None:
    """Refuse a document that refers to files or addresses: what is there may change, and is nobody's to fetch."""
    stack = [parsed]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str) and not reference.startswith("#"):
                raise UserError(
                    f"{name} refers to {reference[:200]}, outside the document",
                    remedy="Bundle it into one file first; nothing outside is fetched.",
                )
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def _operations(parsed: Mapping[str, Any]) -> Iterator[_Operation]:
    for path, item in _mapping(parsed.get("paths")).items():
        for method in _METHODS:
            operation = _mapping(item).get(method)
            if isinstance(operation, dict):
                yield str(operation.get("operationId") or f"{method} {path}"), method, str(path), operation


def _requirement(item: _Operation, lines: Mapping[str, int], path: str) -> Requirement:
    identity, method, place, operation = item
    said = _plain(operation.get("summary")) or _plain(operation.get("description"))
    text = f"The product shall answer {method.upper()} {place} as the document describes." + (
        f" {said}" if said else ""
    )
    return Requirement(
        id=identity, name=identity, text=text, modality=Modality.MUST, span=_span(path, lines.get(identity, 0))
    )


def _criterion(item: _Operation, lines: Mapping[str, int], path: str) -> Criterion:
    identity, method, place, operation = item
    answers = ", ".join(str(status) for status in _mapping(operation.get("responses")))
    return Criterion(
        id=identity,
        text=f"{method.upper()} {place} answers as documented ({answers or 'no answer is documented'})",
        tests=(f"contract::{identity}",),
        shows=Shows.HTTP,
        requirements=(identity,),
        when=(f"{method.upper()} {place}",),
        then=(f"one of {answers}, and a body as its schema says",),
        span=_span(path, lines.get(identity, 0)),
    )


def _intent(info: Mapping[str, Any], chosen: list[_Operation], name: str) -> str:
    parts = [_plain(info.get("description"))]
    for identity, method, place, operation in chosen:
        held = json.dumps(operation, ensure_ascii=False, separators=(",", ":"), default=str)[:4000]
        parts.append(f"### {method.upper()} {place} (`{identity}`)\n\n```json\n{legible(held)[0]}\n```")
    parts.insert(1, f"Implement the operations below as {name} describes them: requests, answers and status codes.")
    return "\n\n".join(part for part in parts if part)[:90_000]


def _invalid(parsed: dict[str, Any], name: str) -> Iterator[Objection]:
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

    validator = OpenAPIV30SpecValidator if str(parsed["openapi"]).startswith("3.0") else OpenAPIV31SpecValidator
    try:
        for number, error in enumerate(validator(parsed).iter_errors()):
            if number == _MOST_ERRORS:
                break
            where = "/".join(str(part) for part in getattr(error, "absolute_path", ()))
            said = " ".join(str(getattr(error, "message", error)).split())[:200]
            yield _e08(f"the document is not valid{f' at {where}' if where else ''}: {said}", name)
    except Exception as error:  # noqa: BLE001 # the validator trips over documents that are broken enough
        yield _e08(f"the document is not valid: {' '.join(str(error).split())[:200] or type(error).__name__}", name)


def _missing(wanted: tuple[str, ...], operations: list[_Operation]) -> Iterator[Objection]:
    known = [item[0] for item in operations]
    for name in wanted:
        if name not in known:
            listed = ", ".join(known[:_MOST_LISTED]) + (" …" if len(known) > _MOST_LISTED else "")
            yield _e08(f"there is no operation `{name}`", "", f"Known: {listed or 'none'}.")


def _e08(reason: str, path: str, remedy: str = "Mend the document.") -> Objection:
    return Objection(rule="E08", level=Level.ERROR, reason=reason, remedy=remedy, span=Span(path=path))


def _lines(text: str, identities: list[str]) -> dict[str, int]:
    """Return where operation ids stand, found as words of the text; 1-based."""
    left, found = set(identities), {}
    for number, line in enumerate(text.split("\n"), start=1):
        if "operationId" in line:
            name = line.partition("operationId")[2].strip(" :\"',")
            if name in left:
                found[name] = number
                left.discard(name)
    return found


def _span(path: str, line: int) -> Span:
    return Span(path=path, start_line=line, end_line=line)


def _plain(value: object) -> str:
    return legible(str(value))[0].strip() if isinstance(value, str | int | float) else ""


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
