"""Foreign words inside a description of ours: they are read, and they do nothing.

Forges act on text: they notify who is mentioned, close issues, unfold links, load images and obey lines that
begin with a slash. Markdown escapes are not enough, since forges look again at what was rendered; a zero-width
space inside the trigger is what stops all of them, and the words still read the same.
"""

import re

from journeyman.domain.hidden import strip_hidden

_STOP = "\u200b"
_TRIGGERS = re.compile(
    r"""
      (?<=[@\#!$%~&^])(?=[\w\[{"'(])   # mention, issue, merge request, snippet, milestone, label, epic, image
    | (?<=<)(?=[A-Za-z/!?])            # HTML
    | (?<=:)(?=//|\\\\)                # a link, whatever its scheme
    | (?<=\bwww)(?=\.)
    | (?<=\bGH)(?=-\d)
    | (?<=\bmailto)(?=:) | (?<=\bxmpp)(?=:)
    | (?<=\])(?=[(\[:])                # a link's target, or its definition
    | ^(?=[ \t]*/\w)                   # a quick action
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_MARKUP = re.compile(r"([\\`*_\[\]<>|~])")
"""Within a line; what acts at the start of one only is never put there."""
_TRAILER = re.compile(r"\b([\w-]+-by):", re.IGNORECASE)
_FENCE = re.compile(r"`+")
_CUT = "[... cut here; the whole is in the run's log]"


def quoted(text: str, *, most_characters: int) -> str:
    """Return foreign text as a block that is shown word for word and never rendered; empty for nothing."""
    plain = strip_hidden(text).strip("\n")
    if len(plain) > most_characters:
        plain = f"{plain[:most_characters].rstrip()}\n{_CUT}"
    if not plain.strip():
        return ""
    # Longer than any run of backticks within, so that nothing in it can end the block.
    fence = "`" * max(3, 1 + max((len(run) for run in _FENCE.findall(plain)), default=0))
    return f"{fence}text\n{defused(plain)}\n{fence}"


def code(text: str, *, most_characters: int = 200) -> str:
    """Return a name (a path, a test, a model) as inline code that also fits into a table's cell."""
    line = _one_line(text, most_characters).replace("`", "'").replace("|", "\u00a6")
    return f"`{defused(line, keep='@')}`" if line else "`?`"


def prose(text: str, *, most_characters: int = 400) -> str:
    """Return foreign words as one line of a sentence or a table's cell of ours."""
    return _MARKUP.sub(r"\\\1", defused(_one_line(text, most_characters)).replace("&", "&amp;"))


def plain_line(text: str, *, most_characters: int, keep: str = "") -> str:
    """Return foreign words as one line without any markup, for a title or a commit message."""
    bare = " ".join(re.sub(r"[`*<>\[\]|\\]", " ", strip_hidden(text)).split())
    bare = _TRAILER.sub(r"\1", bare)  # nobody signs by being spoken of
    return defused(_one_line(bare, most_characters), keep=keep)


def defused(text: str, *, keep: str = "") -> str:
    """Return a text in which nothing triggers a forge; `keep` are signs that may stay whole."""
    return _TRIGGERS.sub(lambda found: _stop(found, keep), text)


def _stop(found: re.Match[str], keep: str) -> str:
    before = found.string[found.start() - 1 : found.start()]
    return "" if before and before in keep else _STOP


def _one_line(text: str, most_characters: int) -> str:
    line = " ".join(strip_hidden(text).split())
    return line if len(line) <= most_characters else f"{line[: most_characters - 1].rstrip()}…"
