"""The tools of the agent, as a model is told of them. Names, order and words are part of every request's prefix."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from journeyman.domain.prompt import Tool

_WORDS = {"type": "string"}
_NUMBER = {"type": "integer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What a call gave, read strictly: unknown names, missing ones and other types are told to the model."""

    words: Mapping[str, str]
    numbers: Mapping[str, int]


def _tool(name: str, description: str, *, optional: tuple[str, ...] = (), **parameters: Mapping[str, object]) -> Tool:
    schema = {
        "type": "object",
        "properties": dict(parameters),
        "required": [parameter for parameter in parameters if parameter not in optional],
        "additionalProperties": False,
    }
    return Tool(name=name, description=description, parameters=json.dumps(schema, separators=(",", ":")))


CATALOGUE = (
    _tool(
        "run",
        "Run a shell command in /work. Files stay between calls; processes and `cd` do not.",
        optional=("timeout_s",),
        command=_WORDS,
        timeout_s=_NUMBER,
    ),
    _tool(
        "view",
        "Show a file with line numbers, or list a directory.",
        optional=("start", "end"),
        path=_WORDS,
        start=_NUMBER,
        end=_NUMBER,
    ),
    _tool(
        "search",
        "Find in the project. how: `text` (regular expression, in the files as they are now), `code` (words; "
        "best matches), `symbol` (where a name is defined), `uses` (where it is used); the last three know the "
        "project as it was at the start.",
        optional=("how", "path"),
        query=_WORDS,
        how={"type": "string", "enum": ["text", "code", "symbol", "uses"]},
        path=_WORDS,
    ),
    _tool(
        "edit",
        "Replace text in a file. `old` must stand there exactly once, whitespace included.",
        path=_WORDS,
        old=_WORDS,
        new=_WORDS,
    ),
    _tool("create", "Write a whole file, in the place of what was there.", path=_WORDS, content=_WORDS),
    _tool("check", "Have your change judged now, as it will be in the end: all tests, nothing weakened."),
    _tool("finish", "Say that the task is done. The checks are run and the diff is shown first.", summary=_WORDS),
    _tool(
        "cannot_satisfy",
        "Say that the task cannot be done as it is written, with what shows it. A person will read it.",
        reason=_WORDS,
        evidence=_WORDS,
    ),
)
_SCHEMAS = {tool.name: json.loads(tool.parameters) for tool in CATALOGUE}


class MisuseError(Exception):
    """A call that cannot be carried out; the text is the answer to the model."""


def read_arguments(name: str, written: str) -> Arguments:
    """Return the arguments of a call.

    Raises:
        MisuseError: there is no such tool, or the arguments do not fit it.
    """
    if name not in _SCHEMAS:
        raise MisuseError(f"There is no tool `{name[:60]}`. There are: {', '.join(_SCHEMAS)}.")
    try:
        given = json.loads(written or "{}")
    except (ValueError, RecursionError) as error:
        raise MisuseError(f"The arguments of `{name}` are not JSON: {error}. {_form(name)}") from error
    if not isinstance(given, dict):
        raise MisuseError(f"The arguments of `{name}` must be an object. {_form(name)}")
    schema = _SCHEMAS[name]
    wrong = [key for key in given if key not in schema["properties"]]
    missing = [key for key in schema["required"] if given.get(key) is None]
    if wrong or missing:
        said = [f"`{key[:60]}` is unknown" for key in wrong] + [f"`{key}` is missing" for key in missing]
        raise MisuseError(f"{', '.join(said)}. {_form(name)}")
    words: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for key, value in given.items():
        if value is None:
            continue
        if schema["properties"][key]["type"] == "integer":
            numbers[key] = _number(name, key, value)
        elif isinstance(value, str):
            words[key] = value
        else:
            raise MisuseError(f"`{key}` must be a string. {_form(name)}")
    return Arguments(words=words, numbers=numbers)


def _number(name: str, key: str, value: object) -> int:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return int(value)
        except (ValueError, OverflowError):
            pass
    raise MisuseError(f"`{key}` must be a whole number. {_form(name)}")


def _form(name: str) -> str:
    schema = _SCHEMAS[name]
    parameters = [key if key in schema["required"] else f"{key}?" for key in schema["properties"]]
    return f"Call it as {name}({', '.join(parameters)})."
