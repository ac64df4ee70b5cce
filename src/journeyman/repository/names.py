"""Which names may be written or asked for: paths in trees, branches, refs. Pure functions, no file is touched."""

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import lru_cache

from journeyman.domain.errors import UserError

NAME_BYTES_MAX = 200
PATH_BYTES_MAX = 1000

_GIT_DIRECTORY = re.compile(r"\.git|git~\d+")
_GIT_META = re.compile(r"\.gitattributes|\.gitmodules|\.lfsconfig|(gitatt|gitmod|lfscon|gi[0-9a-f]{4})~\d+")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9][A-Za-z0-9._+-]*)*")
_REF = re.compile(r"[^\x00-\x20\x7f:?*\[\\-][^\x00-\x20\x7f:?*\[\\]*")
_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def is_object_id(text: str) -> bool:
    """Say whether the text is a full object id, as git prints them."""
    return _OBJECT_ID.fullmatch(text) is not None


def parents_of(path: str) -> Iterator[str]:
    """Yield the directories above a path, the nearest first."""
    head, separator, _ = path.rpartition("/")
    while separator:
        yield head
        head, separator, _ = head.rpartition("/")


def path_problem(path: str, *, known: Container[str] = ()) -> str | None:
    """Return the rule that forbids writing `path`, or None.

    A path that is `known` (it is in the base tree already) may be odd, though never git metadata.
    """
    if path.startswith("/"):
        return "absolute"
    names = path.split("/")
    if "" in names or "." in names:
        return "bad-name"
    if ".." in names:
        return "climbs-out"
    special = next(filter(None, map(special_name, names)), None)
    if special or path in known:
        return special
    if len(path.encode("utf-8", "surrogateescape")) > PATH_BYTES_MAX:
        return "bad-name"
    return next(filter(None, map(odd_name, names)), None)


@lru_cache(8192)
def special_name(name: str) -> str | None:
    """Return `git-dir` or `git-meta` when some file system or git itself may take the name for one of git's."""
    visible = "".join(char for char in name if unicodedata.category(char) != "Cf")
    for part in re.split(r"[\\/:]", visible):
        plain = part.rstrip(". ").casefold()
        if _GIT_DIRECTORY.fullmatch(plain):
            return "git-dir"
        if _GIT_META.fullmatch(plain):
            return "git-meta"
    return None


def odd_name(name: str) -> str | None:
    """Return `bad-name` when a new name could be misread: as an option, a second line, another name."""
    unreadable = not name.isprintable() or name != name.strip() or name.startswith("-") or "\\" in name
    return "bad-name" if unreadable or len(name.encode("utf-8", "surrogateescape")) > NAME_BYTES_MAX else None


def folded(path: str) -> str:
    """Return what a file system that ignores case and Unicode form makes of a path."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def check_branch(name: str) -> None:
    """Accept a branch name that Journeyman may make.

    Raises:
        UserError: it could be misread by git, a shell or a forge.
    """
    odd = ".." in name or any(part.endswith((".lock", ".")) or part == "HEAD" for part in name.split("/"))
    if odd or len(name) > NAME_BYTES_MAX or not _BRANCH.fullmatch(name):
        raise UserError(
            f"{name!r} cannot be the name of a branch",
            remedy="Use letters, digits and ._+- in parts divided by /, for example journeyman/add-login.",
        )


def check_ref(name: str) -> None:
    """Accept a name that may be looked up: a branch, tag or commit id, with `~1` or `^2` behind it if need be.

    Raises:
        UserError: it could be misread as an option, a range or a search.
    """
    if not _REF.fullmatch(name) or ".." in name or "@{" in name:
        raise UserError(f"{name!r} is not a name of a commit", remedy="Give a branch, a tag or a commit id.")
