"""The throw-away repository an agent works in: one commit, no history, nothing of the person's git."""

from collections.abc import Sequence
from pathlib import Path

from journeyman.domain.snapshot import TreeEntry
from journeyman.repository.checkout import checkout
from journeyman.repository.git import Git, attribute_shield
from journeyman.repository.history import commit

_CONFIG = """\
[core]
\trepositoryformatversion = {version}
\tbare = false
\tfilemode = true
\tlogAllRefUpdates = true
[user]
\tname = agent
\temail = agent@localhost
"""


def make_workspace(git: Git, tree: str, into: Path, *, entries: Sequence[TreeEntry]) -> None:
    """Check `tree` out into `into` with a `.git` of its own that holds that one state and no other.

    Whatever happens to that `.git` afterwards is never read by the host.
    """
    checkout(git, entries, into)
    lone = commit(git, tree, parent=None, message="The state of the project when the work began")
    directory = into / ".git"
    for part in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (directory / part).mkdir(parents=True)
    is_sha256 = len(tree) == 64
    extra = "[extensions]\n\tobjectFormat = sha256\n" if is_sha256 else ""
    (directory / "config").write_text(_CONFIG.format(version=int(is_sha256)) + extra)
    (directory / "HEAD").write_text("ref: refs/heads/main\n")
    inside = Git(directory=directory, environment=attribute_shield("sha256" if is_sha256 else "sha1"))
    pack = git.run("pack-objects", "--revs", "--stdout", "-q", stdin=f"{lone}\n".encode())
    inside.run("index-pack", "--stdin", stdin=pack)
    inside.run("update-ref", "refs/heads/main", lone)
    inside.run("read-tree", lone)
