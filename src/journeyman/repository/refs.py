"""Turns what a person calls a commit into its id."""

import re

from journeyman.domain.errors import UserError
from journeyman.repository.git import Git
from journeyman.repository.location import Location, read_head
from journeyman.repository.names import check_ref, is_object_id

_HEAD = re.compile(r"(HEAD|@)(?=$|[~^])")
_NAMESPACES = ("refs/heads/", "refs/tags/", "refs/remotes/", "")


def resolve(git: Git, location: Location, ref: str) -> tuple[str, str]:
    """Return the name and the commit id that `ref` (empty: what is checked out) stands for.

    A branch is preferred to a tag of the same name, so that no tag can shadow what people work on.

    Raises:
        UserError: there is no such name, or no commit yet.
    """
    if not ref or _HEAD.match(ref):
        return _resolve_head(git, location, ref)
    check_ref(ref)
    namespaces = ("",) if is_object_id(ref) or ref.startswith("refs/") else _NAMESPACES
    commit = next(filter(None, (commit_named(git, namespace + ref) for namespace in namespaces)), None)
    if commit is None:
        raise _unknown(ref)
    return ref, commit


def commit_named(git: Git, name: str) -> str | None:
    """Return the id of the commit that git finds under exactly this name, if any."""
    found = git.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    text = found.stdout.decode("utf-8", "replace").strip()
    return text if found.returncode == 0 and is_object_id(text) else None


def _resolve_head(git: Git, location: Location, ref: str) -> tuple[str, str]:
    head = read_head(location.git_dir)
    standing = head.branch or head.commit or ""
    if commit_named(git, standing) is None:
        raise UserError("the repository has no commit yet", remedy="Make a first one: `git add` and `git commit`.")
    behind = _HEAD.sub("", ref, count=1)
    if behind:
        check_ref(ref)
    commit = commit_named(git, standing + behind)
    if commit is None:
        raise _unknown(ref)
    name = ref if behind else standing.removeprefix("refs/heads/")
    return name, commit


def _unknown(ref: str) -> UserError:
    return UserError(f"there is no commit named {ref!r}", remedy="`git branch -a` and `git tag` list the names.")
