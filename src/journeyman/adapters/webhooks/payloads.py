"""What a webhook says: a handful of fields out of any payload; a field that is missing or odd is empty."""

import json
from dataclasses import dataclass

from journeyman.domain.errors import UserError

_MOST_BYTES = 26_000_000
"""GitHub sends at most 25 MB."""
_PARTS = ("workflow_run", "workflow_job", "check_run", "check_suite", "object_attributes", "build", "deployment_status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One event, as far as it is of use."""

    name: str
    action: str
    repository: str
    """`owner/name`."""
    branch: str
    commit: str
    number: int
    """Of the issue or pull request; 0 when it is about none."""
    state: str
    """`success`, `failure`, `running`, ... in the sender's words."""
    title: str
    url: str
    actor: str
    actor_type: str
    """`User`, `Bot`, ... as far as the sender tells."""
    merged: bool


def parse(name: str, body: bytes) -> Heard:
    """Return what a payload says.

    Raises:
        UserError: it is no JSON object, or larger than any sender sends.
    """
    try:
        payload = json.loads(body) if len(body) <= _MOST_BYTES else None
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        raise UserError("the payload is not a JSON object")
    part: object = next((payload[key] for key in _PARTS if isinstance(payload.get(key), dict)), {})
    pull = _first_object(payload, "pull_request", "merge_request", "issue")
    return Heard(
        name=name or _text(payload, "object_kind") or _text(payload, "webhookEvent") or _text(payload, "type"),
        action=_text(payload, "action") or _text(part, "action"),
        repository=_text(payload, "repository", "full_name") or _text(payload, "project", "path_with_namespace"),
        branch=_branch(payload, part, pull),
        commit=_commit(payload, part, pull),
        number=_number(pull, "number") or _number(pull, "iid") or _number(part, "iid"),
        state=_text(part, "conclusion") or _text(part, "status") or _text(payload, "state") or _text(part, "state"),
        title=_text(part, "name") or _text(pull, "title") or _text(payload, "context"),
        url=_text(part, "html_url") or _text(pull, "html_url") or _text(part, "url") or _text(payload, "target_url"),
        actor=_text(payload, "sender", "login") or _text(payload, "user", "username"),
        actor_type=_text(payload, "sender", "type"),
        merged=_deep(pull, "merged") is True or _text(part, "state") == "merged",
    )


def _branch(payload: object, part: object, pull: object) -> str:
    found = (
        _text(part, "head_branch"),
        _text(part, "check_suite", "head_branch"),
        _text(pull, "head", "ref"),
        _text(part, "source_branch"),
        _text(part, "ref"),
        _text(payload, "ref"),
    )
    return next((text for text in found if text), "").removeprefix("refs/heads/")


def _commit(payload: object, part: object, pull: object) -> str:
    found = (
        _text(part, "head_sha"),
        _text(pull, "head", "sha"),
        _text(part, "last_commit", "id"),
        _text(part, "sha"),
        _text(payload, "sha"),
        _text(payload, "after"),
    )
    return next((text for text in found if text), "")


def _first_object(payload: dict[str, object], *names: str) -> object:
    return next((payload[name] for name in names if isinstance(payload.get(name), dict)), {})


def _text(fields: object, *path: str) -> str:
    found = _deep(fields, *path)
    return found if isinstance(found, str) else ""


def _number(fields: object, name: str) -> int:
    found = _deep(fields, name)
    return found if type(found) is int else 0


def _deep(fields: object, *path: str) -> object:
    for name in path:
        fields = fields.get(name) if isinstance(fields, dict) else None
    return fields
