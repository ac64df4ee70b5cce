"""Hands a commit to the person's repository: its objects, then one new branch, and nothing else.

The store's refs are theirs (see `store`), so git makes the branch under their lock files while reading
the store's configuration: none of their hooks, settings or signing programs has a part in it, and
neither their index nor their working tree is opened.
"""

from collections.abc import Iterator

from journeyman.domain.errors import UserError
from journeyman.repository.git import Git, GitError
from journeyman.repository.history import parents_of_commit, tree_of
from journeyman.repository.location import Location, checked_out_branches
from journeyman.repository.names import check_branch
from journeyman.repository.trees import require_ids


def publish(git: Git, location: Location, commit: str, branch: str) -> bool:
    """Make `branch` point at `commit`; return False when it already did.

    Raises:
        UserError: the branch points elsewhere, or some checkout stands on its name.
    """
    check_branch(branch)
    require_ids(commit)
    ref = f"refs/heads/{branch}"
    there = _target(git, ref)
    if there == commit:
        return False
    if there is not None:
        raise _elsewhere(branch, there)
    if ref in checked_out_branches(location):
        raise UserError(f"{branch} is checked out", remedy="Switch to another branch, or ask for another name.")
    theirs = git.extended(GIT_OBJECT_DIRECTORY=str(location.common_dir / "objects"))
    _hand_over(git, theirs, commit)
    return _create(git, ref, commit)


def _create(git: Git, ref: str, commit: str) -> bool:
    # `create` fails when the ref exists by then: the compare-and-swap against a concurrent writer.
    try:
        git.run("update-ref", "--stdin", "-z", stdin=f"create {ref}\0{commit}\0".encode())
    except GitError as failure:
        branch = ref.removeprefix("refs/heads/")
        there = _target(git, ref)
        if there == commit:
            return False
        if there is not None:
            raise _elsewhere(branch, there) from failure
        raise UserError(
            f"the branch {branch} cannot be made: {failure.said}", remedy="Ask for another name."
        ) from failure
    return True


def _hand_over(git: Git, theirs: Git, commit: str) -> None:
    objects = [*_missing(git, theirs, commit)]
    if objects:
        pack = git.run("pack-objects", "--stdout", "-q", stdin="".join(f"{item}\n" for item in objects).encode())
        # One pack appears whole or not at all; loose objects could stop half way with the commit already there.
        theirs.run("index-pack", "--stdin", stdin=pack)


def _missing(git: Git, theirs: Git, commit: str) -> Iterator[str]:
    """Yield the commit, those below it that they lack, and all that each adds to its parent."""
    waiting, seen = [commit], set[str]()
    while waiting:
        current = waiting.pop()
        if current in seen or theirs.attempt("cat-file", "-e", current).returncode == 0:
            continue
        seen.add(current)
        parents = parents_of_commit(git, current)
        tree = tree_of(git, current)
        yield from (current, tree, *_added(git, tree_of(git, parents[0]) if parents else None, tree))
        waiting.extend(parents)


def _added(git: Git, old: str | None, new: str) -> list[str]:
    if old is None:
        listing = git.run("ls-tree", "-r", "-t", "-z", "--full-tree", new).split(b"\0")
        fields = [item.split(b"\t")[0].split(b" ") for item in listing if item]
        return [parts[2].decode() for parts in fields if parts[1] != b"commit"]
    listing = git.run("diff-tree", "-r", "-t", "--raw", "-z", "--no-abbrev", "--no-renames", old, new).split(b"\0")
    changed = [item.decode().split(" ") for item in listing[::2] if item]
    return [parts[3] for parts in changed if parts[1] not in {"000000", "160000"}]


def _target(git: Git, ref: str) -> str | None:
    found = git.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", ref)
    return found.stdout.decode().strip() if found.returncode == 0 else None


def _elsewhere(branch: str, there: str) -> UserError:
    return UserError(
        f"the branch {branch} already points at {there}", remedy=f"Delete it (`git branch -D {branch}`) or rename it."
    )
