"""The form an answer is asked for in, chosen by what is to be changed."""

from collections.abc import Mapping
from enum import StrEnum

_SMALL_FILE_LINES = 120


class Form(StrEnum):
    """How the model writes its change; the value names the prompt fragment."""

    DEFINITIONS = "form_definitions"
    """Only the functions and classes that change: fewest tokens, hard to get wrong. Python."""
    FILES = "form_files"
    """Whole files: for small files in any language."""
    EDITS = "form_edits"
    """Lines to find and lines to put in their place: for long files in any language."""


def choose_form(files: Mapping[str, str]) -> Form:
    """Return the cheapest form that suits the files shown."""
    if any(path.endswith(".py") for path in files):
        return Form.DEFINITIONS
    if all(text.count("\n") <= _SMALL_FILE_LINES for text in files.values()):
        return Form.FILES
    return Form.EDITS
