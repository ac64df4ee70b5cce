"""Folders of spec documents on this machine: read whole, within bounds, never through a link that leads outside."""

from pathlib import Path

from journeyman.adapters.sources.page import Page, page_of
from journeyman.domain.document import Role
from journeyman.domain.errors import UserError

MOST_BYTES = 400_000
"""Of one document: far more than anyone reads, and too little to fill memory."""
_MOST_DOCUMENTS = 200


def text_at(path: Path, *, shown: str, most_bytes: int = MOST_BYTES) -> str:
    """Return the text of one file.

    Raises:
        UserError: it is not there, too large, binary, or not UTF-8.
    """
    if not path.is_file():
        raise UserError(f"there is no {shown}", remedy=f"It is looked for at {path}.")
    size_bytes = path.stat().st_size
    if size_bytes > most_bytes:
        raise UserError(
            f"the {shown} has {size_bytes:,} bytes; {most_bytes:,} is the most",
            remedy="Split it into units of work that fit one pull request each.",
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"the {shown} is not UTF-8 text (byte {error.start})", remedy="Save it as UTF-8, or name another file."
        ) from error
    if "\0" in text:
        raise UserError(f"the {shown} is a binary file", remedy="Name a text file.")
    return text


def pages_in(folder: Path, roles: dict[str, Role], *, prefix: str = "") -> tuple[Page, ...]:
    """Return the pages that match, sorted by path; `roles` maps globs to what such a document is for.

    Raises:
        UserError: one of them cannot be read, or there are too many.
    """
    root = folder.resolve()
    found: dict[str, Page] = {}
    for pattern, role in roles.items():
        for path in sorted(folder.glob(pattern)):
            name = prefix + path.relative_to(folder).as_posix()
            # A folder from somebody else must not carry this machine's files into a prompt.
            if path.is_file() and path.resolve().is_relative_to(root) and name not in found:
                found[name] = page_of(name, text_at(path, shown=f"document {name}"), role)
            if len(found) > _MOST_DOCUMENTS:
                raise UserError(f"{folder} holds over {_MOST_DOCUMENTS} documents", remedy="Split the work.")
    return tuple(found[name] for name in found)


def located(rest: str, *, marker: str, default: Path) -> Path:
    """Return the folder that a locator names: a path, or a name below `default`; `marker` must lie in it.

    Raises:
        UserError: there is no such folder; the names that there are, are listed.
    """
    for folder in (Path(rest).expanduser(), default / rest):
        if rest and (folder / marker).exists():
            return folder
    there = sorted(entry.name for entry in default.iterdir() if (entry / marker).exists()) if default.is_dir() else []
    known = f"Known here: {', '.join(there[:12])}." if there else f"There is none below {default}."
    raise UserError(f"there is no `{rest}` with a {marker} in it", remedy=known)
