"""What issues of all forges have in common: how they are named, and how their fields are read without trust in them."""

import re
from collections.abc import Mapping
from typing import Any

from journeyman.adapters.http import ServiceClient
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.requirement import Extension, Kind

_NAME = re.compile(r"^(?:https?://[^/]+/)?([\w.~/-]+?)(?:#|/-/issues/|/issues/)(\d+)(?:[?#].*)?$")
_BUG_LABELS = frozenset({"bug", "defect", "type: bug", "kind/bug"})


def place_of(rest: str, example: str, *, parts: int = 0) -> tuple[str, int]:
    """Return (repository, number) of a locator, or of the address of an issue's page.

    Raises:
        UserError: it is neither.
    """
    found = _NAME.match(rest.strip())
    names = found[1].strip("/").split("/") if found else []
    if not found or len(names) < 2 or (parts and len(names) != parts) or any(name in ("", ".", "..") for name in names):
        raise UserError(f"`{rest}` names no issue", remedy=f"Write it as {example}.")
    return "/".join(names), int(found[2])


async def one(client: ServiceClient, path: str) -> dict[str, object]:
    """Return one object of a service.

    Raises:
        RefusedError: the service said no.
        AdapterError: it failed, or answered with something else.
    """
    answer = await client.ask("GET", path)
    if not isinstance(answer.body, dict):
        raise AdapterError(f"{client.service.title} answered {path} with something that is no object")
    return answer.body


def mapping(value: object) -> dict[str, Any]:
    """Return a JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text(item: Mapping[str, object], key: str) -> str:
    """Return a text field, or nothing."""
    value = item.get(key)
    return value if isinstance(value, str) else ""


def author_of(item: Mapping[str, object], *, key: str = "user", name: str = "login") -> str:
    """Return who wrote something, by the name that the forge knows."""
    return text(mapping(item.get(key)), name)


def labels_of(issue: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names of labels, which come as text or as objects."""
    held = issue.get("labels")
    named = (
        [label if isinstance(label, str) else text(mapping(label), "name") for label in held]
        if isinstance(held, list)
        else []
    )
    return tuple(label for label in named if label)


def kind_of(labels: tuple[str, ...]) -> Kind:
    """Return what sort of work the labels speak of."""
    return Kind.BUGFIX if _BUG_LABELS & {label.lower() for label in labels} else Kind.FEATURE


def extensions_of(service: str, issue: Mapping[str, object], keys: tuple[str, ...]) -> tuple[Extension, ...]:
    """Return fields that have no place of their own in a spec."""
    found = []
    for key in keys:
        value = issue.get(key)
        if isinstance(value, dict):
            value = value.get("title") or value.get("name") or value.get("login")
        if isinstance(value, list):
            value = ", ".join(text(mapping(item), "login") or text(mapping(item), "username") for item in value)
        if value not in (None, ""):
            found.append(Extension(name=f"{service}.{key}", value=str(value)))
    return tuple(found)
