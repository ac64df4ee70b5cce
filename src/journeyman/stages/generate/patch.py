"""Blocks applied strictly: blocks + current files -> changes, or the reasons why not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from journeyman.domain.candidate import FileChange
from journeyman.stages.generate.answer import Block, BlockKind
from journeyman.stages.generate.copies import without_copies
from journeyman.stages.generate.definitions import MergeError, merge_definitions
from journeyman.stages.generate.form import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What an answer comes to. With problems it is not applied at all."""

    changes: tuple[FileChange, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The text an answer is applied to."""

    files: Mapping[str, str]
    """Current text of every file that may be edited, by path."""
    executable: frozenset[str] = frozenset()
    default_path: str = ""
    """Where a block goes that names no path and whose definitions stand in no file: as the prompt says."""


def apply_blocks(blocks: Sequence[Block], sources: Sources, form: Form) -> Patch:
    """Apply blocks in order. A block that does not fit is a problem, never a guess."""
    texts: dict[str, str] = {}
    problems = [] if blocks else ["The answer holds no code block in the form that was asked for."]
    for number, block in enumerate(blocks, start=1):
        path = block.path or _home(block, sources)
        if not path:
            problems.append(f"Block {number} does not say which file it is for.")
            continue
        try:
            texts[path] = _apply(block, {**sources.files, **texts}, form, path=path)
        except MergeError as error:
            problems.append(f"Block {number} ({path}): {error}.")
    changes = tuple(
        FileChange(path=path, content=text.encode("utf-8", "surrogateescape"), executable=path in sources.executable)
        for path, text in sorted(texts.items())
        if text != sources.files.get(path)
    )
    if not problems and not changes:
        problems.append("The answer changes nothing: the code is the same as before.")
    return Patch(changes=() if problems else changes, problems=tuple(problems))


def _home(block: Block, sources: Sources) -> str:
    """Return the one file that holds what a block without a path rewrites, else the default."""
    names = re.findall(r"^(?:async +)?(?:def|class) +(\w+)", block.text, re.MULTILINE)
    homes = {
        path
        for path, text in sources.files.items()
        for name in names
        if re.search(rf"^(?:async +)?(?:def|class) +{name}\b", text, re.MULTILINE)
    }
    return homes.pop() if len(homes) == 1 else sources.default_path


def _apply(block: Block, files: Mapping[str, str], form: Form, *, path: str) -> str:
    current = files.get(path)
    if block.kind is BlockKind.EDIT:
        return _replace(block, current or "")
    if current is None or not current.strip() or form is not Form.DEFINITIONS or not path.endswith(".py"):
        return block.text
    own = without_copies(block.text, path=path, files=files)
    if block.text.strip() and not own.strip():
        raise MergeError("your code only repeats what stands in other files")
    return merge_definitions(current, own, path=path)


def _replace(block: Block, current: str) -> str:
    if not block.search.strip():
        if current.strip():
            raise MergeError("SEARCH is empty but the file is not")
        return block.text.strip("\n") + "\n"
    old, new = _whole_lines(block.search), _whole_lines(block.text)
    text = current if current.endswith("\n") or not current else current + "\n"
    found = _occurrences(text.split("\n"), old.rstrip("\n").split("\n"))
    if found != 1:
        times = "nowhere" if found == 0 else f"{found} times"
        first = block.search.strip().split("\n")[0].strip()
        raise MergeError(f"the SEARCH lines starting with `{first}` occur {times} in the file; they must occur once")
    return ("\n" + text).replace("\n" + old, "\n" + new, 1)[1:]


def _occurrences(text: list[str], wanted: list[str]) -> int:
    """Count where these lines stand, overlapping places too."""
    return sum(text[start : start + len(wanted)] == wanted for start in range(len(text)))


def _whole_lines(text: str) -> str:
    return text.strip("\n") + "\n" if text.strip("\n") else ""
