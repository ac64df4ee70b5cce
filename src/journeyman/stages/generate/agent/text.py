"""What the agent is shown of texts, and how it changes them: pure functions."""

import difflib
import re

CLIP_CHARACTERS = 10_000
LINES_AT_ONCE = 300
_LINE_CHARACTERS = 500
_AROUND = 2
_NOT_TEXT = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f]")
_CLOSE_ENOUGH = 0.6


class EditError(Exception):
    """An edit that does not fit; the text says why and how to mend it."""


def readable(output: bytes) -> str:
    """Return output as text, without colours and other control sequences; what a line overwrote is gone."""
    text = output.decode("utf-8", "replace").replace("\r\n", "\n")
    lines = (line.rpartition("\r")[2] if "\r" in line else line for line in text.split("\n"))
    return _NOT_TEXT.sub("", "\n".join(lines))


def clip(text: str, *, limit: int = CLIP_CHARACTERS, narrow: str) -> str:
    """Return the head and the tail of a long text, what was left out between them, and how to see it."""
    if len(text) <= limit:
        return text
    head, tail = text[: limit // 2], text[-(limit // 2) :]
    left_out = text[limit // 2 : -(limit // 2)]
    lines = left_out.count("\n")
    return f"{head}\n[… {len(left_out):,} characters ({lines:,} lines) left out. {narrow}]\n{tail}"


def numbered(text: str, *, start: int = 1, end: int = 0) -> str:
    """Return lines `start` to `end` (1-based, inclusive; 0 means as many as are shown at once) with their numbers."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if not lines:
        return "(the file is empty)"
    first = max(1, min(start, len(lines)))
    last = min(len(lines), end if end >= first else first + LINES_AT_ONCE - 1, first + LINES_AT_ONCE - 1)
    shown = [_line(number, lines[number - 1]) for number in range(first, last + 1)]
    if first > 1 or last < len(lines):
        rest = f"; go on with start={last + 1}" if last < len(lines) else ""
        shown.append(f"[lines {first}-{last} of {len(lines)}{rest}]")
    return "\n".join(shown)


def replace_once(text: str, old: str, new: str) -> tuple[str, int]:
    """Return the text with `old` replaced, and the line where the new text starts.

    Raises:
        EditError: `old` is empty, the same as `new`, or does not stand there exactly once.
    """
    if "\r\n" in text and "\r\n" not in old:
        old, new = old.replace("\n", "\r\n"), new.replace("\n", "\r\n")
    if not old:
        raise EditError("`old` is empty. To write a whole file, use create.")
    if old == new:
        raise EditError("`old` and `new` are the same.")
    count = text.count(old)
    if count == 1:
        place = text.index(old)
        return text[:place] + new + text[place + len(old) :], text.count("\n", 0, place) + 1
    if count:
        places = [str(text.count("\n", 0, found.start()) + 1) for found in re.finditer(re.escape(old), text)]
        where = ", ".join(places[:8])
        raise EditError(f"`old` stands there {count} times, at lines {where}. Give more of the lines around it.")
    raise EditError("`old` does not stand there as written." + _nearest(text, old))


def around(text: str, line: int, new: str) -> str:
    """Return the lines of an edit with a few before and after, numbered."""
    return numbered(text, start=max(1, line - _AROUND), end=line + new.count("\n") + _AROUND)


def _nearest(text: str, old: str) -> str:
    """Say where something like it stands, as it really is: mostly whitespace is what differs."""
    wanted = [line.strip() for line in old.strip("\n").split("\n")]
    lines = text.split("\n")
    first = next((line for line in wanted if line), "")
    bare = [line.strip() for line in lines]
    close = difflib.get_close_matches(first, dict.fromkeys(bare), n=1, cutoff=_CLOSE_ENOUGH) if first else []
    if not close:
        return " View the file and copy the lines from it."
    start = bare.index(close[0]) + 1
    return f" The nearest is:\n{numbered(text, start=start, end=start + min(len(wanted), 20) - 1)}"


def _line(number: int, line: str) -> str:
    clipped = line if len(line) <= _LINE_CHARACTERS else f"{line[:_LINE_CHARACTERS]}… ({len(line):,} characters)"
    return f"{number:>5} | {clipped}".rstrip()
