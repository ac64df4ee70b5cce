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
class Tool:
    """Something a model may ask for."""

    name: str
    description: str
    parameters: str
    """JSON Schema of the arguments, as canonical JSON text: an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A model's request for a tool."""

    id: str
    """Unique within a conversation; the result names it."""
    name: str
    arguments: str
    """As the model wrote them: JSON if it kept to the form, and never assumed to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a tool answered. Made by the harness alone: a model cannot say one."""

    call_id: str
    name: str
    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One utterance of a conversation. A model's may ask for tools; the answer to it holds their results."""

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()
    """Of a model's turn."""
    results: tuple[ToolResult, ...] = ()
    """Of a user's turn, one for each call of the turn before."""
    native: str = ""
    """A model's turn as its provider wrote it, for the adapter that made it to give back unchanged (signed
    thoughts and the like); any other adapter builds the turn from the rest."""


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
    opening: str = ""
    """What the answer begins with, put into the mouth of a model that can be made to go on from there (a local one).
    A small model that has begun in the form asked for keeps to it. Others are not told."""
    tools: tuple[Tool, ...] = ()
    """In an order that never changes within a conversation: it is part of the prefix that servers keep."""

    @property
    def digest(self) -> str:
        """SHA-256 of words and sampling alike."""
        return digest_noun(self)


class FinishReason(StrEnum):
    """Why the model stopped."""

    STOP = "stop"
    LENGTH = "length"
    """It ran into `max_tokens`: the text is cut off."""
    TOOLS = "tools"
    """It waits for the results of its calls."""
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
    calls: tuple[ToolCall, ...] = ()
    native: str = ""
    """As in `Turn`."""

    @property
    def turn(self) -> Turn:
        """What was said, as a turn of the conversation that goes on."""
        return Turn(role=Role.MODEL, text=self.text, calls=self.calls, native=self.native)
