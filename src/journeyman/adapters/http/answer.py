"""What a service answered, and what that means for whoever asked; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from journeyman.domain.errors import AdapterError, JourneymanError, UserError
from journeyman.domain.service import Service

_LONGEST_TEXT = 500
_MEANINGS = {
    400: ("{service} does not understand the request for {path}", "This is the product's fault, or a proxy's."),
    401: ("{service} refuses the token", "Put a valid one into {variables}, or set token_command for [{name}]."),
    403: ("{service} forbids {path}", "Give the token the right to it, or ask somebody who may; is it archived?"),
    404: ("{service} does not know {path}", "Check the spelling; what a token may not see looks the same."),
    405: ("{service} does not allow that for {path} now", "See what it says."),
    409: ("{service} has a conflict about {path}", "Somebody else changed it meanwhile; look, and try again."),
    410: ("{path} is gone from {service}", "It was deleted, or that part of the project is switched off."),
    413: ("{service} finds the request for {path} too large", "Make it smaller."),
    422: ("{service} refuses what was sent for {path}", "See what it says."),
}


class RefusedError(UserError):
    """A service understood and said no: `status` is HTTP's, `said` its own words, without secrets."""

    def __init__(self, problem: str, *, status: int, said: str, remedy: str = "") -> None:
        super().__init__(f"{problem}: {said}" if said else problem, remedy=remedy)
        self.status = status
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, read whole."""

    status: int
    body: object
    """Parsed JSON; text when it is none; None when empty."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""


def refusal(service: Service, path: str, answer: Answer, *, secret: str) -> JourneymanError:
    """Return the error for an answer that is no success."""
    said = strike_out(said_by(answer.body), secret)
    if answer.status in _MEANINGS:
        problem, remedy = _MEANINGS[answer.status]
        names = {
            "service": service.title,
            "path": path,
            "name": service.name,
            "variables": " or ".join(service.token_env) or "the environment",
        }
        return RefusedError(problem.format(**names), status=answer.status, said=said, remedy=remedy.format(**names))
    asked = f" and asks to wait {wait:.0f} s" if (wait := asked_pause_s(answer)) is not None else ""
    problem = f"{service.title} answered {answer.status} for {path}{asked}" + (f": {said}" if said else "")
    return AdapterError(problem, retryable=is_passing(answer))


def is_limited(answer: Answer) -> bool:
    """Tell whether a request was turned away for asking too often: nothing was done, and it may be asked again."""
    if answer.status == 429:
        return True
    spent = answer.headers.get("x-ratelimit-remaining") == "0"
    return answer.status == 403 and (spent or "retry-after" in answer.headers)


def is_passing(answer: Answer) -> bool:
    """Tell whether the same request may well succeed later."""
    return is_limited(answer) or answer.status == 408 or answer.status >= 500


def asked_pause_s(answer: Answer, *, now: datetime | None = None) -> float | None:
    """Return the seconds that a service asks to wait, if it does: `Retry-After`, else when its limit is reset."""
    now = now or datetime.now(UTC)
    after = answer.headers.get("retry-after", "")
    if after.strip().isdigit():
        return float(after)
    try:
        if after:
            return max(0.0, (parsedate_to_datetime(after) - now).total_seconds())
    except (ValueError, TypeError):
        return None
    reset = answer.headers.get("x-ratelimit-reset", "") or answer.headers.get("ratelimit-reset", "")
    if is_limited(answer) and reset.isdigit():
        return max(0.0, float(reset) - now.timestamp())
    return None


def said_by(body: object) -> str:
    """Return a service's own words for a refusal, whichever of the usual shapes they come in."""
    if isinstance(body, str):
        return "" if body.lstrip().startswith("<") else body.strip()[:_LONGEST_TEXT]
    if not isinstance(body, dict):
        return ""
    parts: list[str] = []
    for key in ("message", "error", "error_description", "errorMessages", "errors"):
        parts += _flat(body.get(key))
    return "; ".join(dict.fromkeys(part for part in parts if part))[:_LONGEST_TEXT]


def strike_out(text: str, secret: str) -> str:
    """Return text without a secret that may have been echoed."""
    return text.replace(secret, "***") if secret else text


def _flat(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for item in value for text in _flat(item)]
        case dict():
            named = [f"{key}: {text}" for key, item in value.items() for text in _flat(item)]
            return [" ".join(named)] if named else []
    return []
