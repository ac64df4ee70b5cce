"""Prompt and completion: what is said to a model, and what it says back."""

from dataclasses import dataclass
from enum import StrEnum

from journeyman.domain.digest import digest_noun
from journeyman.domain.usage import Usage


class Role(StrEnum):
    """Who speaks in a turn."""

    USER = "user"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One utterance of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Everything that decides a completion: words and sampling."""

    name: str
    """Which prompt file it was rendered from, e.g. `generate`."""
    system: str
    turns: tuple[Turn, ...]
    temperature: float = 0.0
    seed: int | None = None
    max_tokens: int = 1024

    @property
    def digest(self) -> str:
        """SHA-256 of words and sampling alike."""
        return digest_noun(self)


class FinishReason(StrEnum):
    """Why the model stopped."""

    STOP = "stop"
    LENGTH = "length"
    """It ran into `max_tokens`: the text is cut off."""
    FILTERED = "filtered"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One answer, with what the provider says about it."""

    text: str
    requested_model: str
    served_model: str
    """As the response names it; may differ from what was asked for."""
    response_id: str
    finish_reason: FinishReason
    usage: Usage
    duration_s: float
