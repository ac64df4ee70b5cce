"""The strict renderer: a prompt file and its values in, a Prompt with a digest out."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from journeyman.domain.prompt import Prompt, Role, Turn

_PLACEHOLDER = re.compile(r"\{\{(?P<name>\w+)\}\}(?P<after>\n*)")
_SECTION = re.compile(r"^=== (system|user)\n", re.MULTILINE)


def render(name: str, values: Mapping[str, str]) -> Prompt:
    """Return the prompt `name` (a Markdown file of this folder) with every placeholder filled.

    A file has a `=== system` and a `=== user` section. Values are put in literally: text that looks
    like a placeholder inside a value stays as it is.

    Raises:
        KeyError: a placeholder has no value, or a value has no placeholder.
    """
    sections = _sections(name)
    filled = fill_all(name, sections, values)
    return Prompt(name=name, system=filled["system"], turns=(Turn(role=Role.USER, text=filled["user"]),))


def fragment(name: str, values: Mapping[str, str] | None = None) -> str:
    """Return a prompt file without sections, filled, to be used as a value or as a further turn."""
    return fill_all(name, {"": _read(name)}, values or {})[""]


def fill_all(name: str, sections: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Fill the placeholders of all sections; the set of names must match exactly."""
    wanted = {found for text in sections.values() for found, _ in _PLACEHOLDER.findall(text)}
    if wanted != set(values):
        missing, unused = sorted(wanted - set(values)), sorted(set(values) - wanted)
        raise KeyError(f"prompt {name}: no value for {missing}, no placeholder for {unused}")
    return {title: _PLACEHOLDER.sub(_filler(values), text).strip() for title, text in sections.items()}


def _filler(values: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    # An empty value takes the blank lines after it along; the blank lines of a value are its own.
    return lambda found: values[found["name"]] + (found["after"] if values[found["name"]] else "")


@cache
def _sections(name: str) -> Mapping[str, str]:
    parts = _SECTION.split(_read(name))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@cache
def _read(name: str) -> str:
    return files("journeyman.prompts").joinpath(f"{name}.md").read_text("utf-8")
