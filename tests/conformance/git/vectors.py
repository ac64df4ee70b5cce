"""The table of git attacks: what each does to a naive host, and how the hardened one answers.

G01 to G30 are the measured ones; H01 and on were added. An empty `refused` says that the tree is
accepted: the attack sits in metadata that is never read, and all the agent changed is in plain sight.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.git import plants
from tests.conformance.git.plants import named, settings, with_attributes
from tests.conformance.git.scene import Scene

from journeyman.repository import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One attack, the harm it does to a naive host, and what the hardened one says of it."""

    id: str
    title: str
    plant: Callable[[Scene], None]
    naive: str | None
    """None: the naive host here is not harmed; kept because another version or system may be."""
    refused: tuple[str, ...] = ()
    """Empty: the tree is accepted, the attack ignored by construction."""
    steps: tuple[str, ...] = ()
    """Further shell commands that a naive host may run."""
    limits: Limits | None = None


VECTORS = (
    Vector(id="G01", title="core.fsmonitor in .git/config", plant=settings(("core.fsmonitor", "RUN")), naive="EXEC"),
    Vector(id="G02", title="a pre-commit hook", plant=plants.hook_in_git, naive="EXEC"),
    Vector(id="G03", title="core.hooksPath leads into the tree", plant=plants.hooks_in_tree, naive="EXEC"),
    Vector(
        id="G04",
        title="a clean filter",
        plant=with_attributes("*.py filter=x", ("filter.x.clean", "RUN cat")),
        naive="EXEC",
        refused=("git-meta:.gitattributes",),
    ),
    Vector(id="G05", title="diff.external", plant=settings(("diff.external", "RUN")), naive="EXEC"),
    Vector(
        id="G06",
        title="a textconv driver",
        plant=with_attributes("*.py diff=x", ("diff.x.textconv", "RUN cat")),
        naive="EXEC",
        refused=("git-meta:.gitattributes",),
    ),
    Vector(
        id="G07",
        title="commit.gpgSign with a gpg.program of the agent's",
        plant=plants.signing_program,
        naive="EXEC",
    ),
    Vector(id="G08", title="include.path of a file in the tree", plant=plants.included_config, naive="EXEC"),
    Vector(
        id="G09",
        title="core.worktree is the parent directory",
        plant=settings(("core.worktree", "../..")),
        naive="LEAK",
    ),
    Vector(
        id="G10",
        title=".git is a file that leads to an evil repository",
        plant=plants.git_file,
        naive="EXEC",
        refused=("bare-repo:.e", "gitfile:.git"),
    ),
    Vector(
        id="G11",
        title="a bare repository in a subdirectory",
        plant=plants.embedded_bare,
        naive="EXEC",
        refused=("bare-repo:sub",),
    ),
    Vector(
        id="G12",
        title="remote.origin.receivepack",
        plant=settings(("remote.origin.receivepack", "RUN git-receive-pack")),
        naive="EXEC",
    ),
    Vector(
        id="G13",
        title="remote.origin.pushurl",
        plant=settings(("remote.origin.pushurl", "../evil.git")),
        naive="PUSH-REDIRECT",
    ),
    Vector(
        id="G14",
        title="url.insteadOf",
        plant=settings(("url.ROOT/evil.git.insteadOf", "ROOT/origin.git")),
        naive="PUSH-REDIRECT",
    ),
    Vector(id="G15", title="a trailer command", plant=settings(("trailer.run.command", "RUN echo")), naive="EXEC"),
    Vector(
        id="G16",
        title="core.sshCommand when pushing",
        plant=settings(("remote.origin.url", "ssh://host.invalid/x"), ("core.sshCommand", "RUN")),
        naive="EXEC",
    ),
    Vector(id="G17", title="alternates and core.alternateRefsCommand", plant=plants.alternates, naive=None),
    Vector(id="G18", title="a tag named origin/main shadows the base", plant=plants.shadowing_tag, naive="DIFF-HIDDEN"),
    Vector(id="G19", title="skip-worktree hides a weakened test", plant=plants.skip_worktree, naive="DIFF-HIDDEN"),
    Vector(id="G20", title="git replace rewrites the base", plant=plants.replaced_base, naive="DIFF-HIDDEN"),
    Vector(
        id="G21",
        title="export-ignore drops tests",
        plant=plants.export_ignore,
        naive="ARCHIVE-DROPS-TESTS",
        refused=("git-meta:.gitattributes",),
    ),
    Vector(
        id="G22",
        title="info/exclude and .gitignore hide a new file",
        plant=plants.hidden_by_ignore,
        naive="FILE-HIDDEN",
    ),
    Vector(
        id="G23",
        title="-diff hides a hunk",
        plant=plants.no_diff,
        naive="DIFF-HIDDEN",
        refused=("git-meta:.gitattributes",),
    ),
    Vector(
        id="G24",
        title="a symlink to a secret",
        plant=plants.link_to_secret,
        naive="LEAK",
        refused=("symlink:src/cfg.txt",),
    ),
    Vector(
        id="G25",
        title="a symlinked directory the host writes through",
        plant=plants.link_to_directory,
        naive="WRITE-OUT",
        refused=("symlink:sub",),
    ),
    Vector(
        id="G26",
        title="a hard link to a secret",
        plant=plants.second_name_of_secret,
        naive="LEAK",
        refused=("hardlink:src/h.txt",),
    ),
    Vector(
        id="G27",
        title="a pipe that hangs its reader",
        plant=plants.pipe,
        naive=None,
        refused=("non-regular:src/pipe.py",),
    ),
    Vector(
        id="G28",
        title="a line break smuggles a path",
        plant=named("ok.py\n.github/ci.yml"),
        naive="PATH-SMUGGLE",
        refused=("bad-name:ok.py\n.github",),
    ),
    Vector(
        id="G29",
        title="a file named like an option",
        plant=named("--output=PWN"),
        naive="OPTION-INJECTION",
        refused=("bad-name:--output=PWN",),
    ),
    Vector(
        id="G30",
        title="a nested repository swallows content",
        plant=plants.nested_repository,
        naive="FILE-HIDDEN",
        refused=("git-dir:lib/.git",),
    ),
    Vector(
        id="H01",
        title="a submodule path that ends in CR",
        plant=named(".gitmodules", "sub\r/x"),
        naive=None,
        refused=("bad-name:sub\r", "git-meta:.gitmodules"),
    ),
    Vector(
        id="H02",
        title="submodule.lib.update runs a command",
        plant=plants.submodule_update,
        naive="EXEC",
        refused=("git-dir:lib/.git", "git-meta:.gitmodules"),
        steps=("git submodule update",),
    ),
    Vector(
        id="H03",
        title=".lfsconfig redirects large files",
        plant=named(".lfsconfig"),
        naive=None,
        refused=("git-meta:.lfsconfig",),
    ),
    Vector(
        id="H04",
        title="a merge driver",
        plant=plants.merge_driver,
        naive="EXEC",
        refused=("git-meta:.gitattributes",),
        steps=("git merge other",),
    ),
    Vector(
        id="H05",
        title="core.editor",
        plant=settings(("core.editor", "RUN")),
        naive="EXEC",
        steps=("git commit --amend",),
    ),
    Vector(
        id="H06",
        title="sequence.editor",
        plant=settings(("sequence.editor", "RUN")),
        naive="EXEC",
        steps=("git rebase -i HEAD~1",),
    ),
    Vector(
        id="H07",
        title="log.showSignature with a gpg.program of the agent's",
        plant=plants.signed_commit,
        naive="EXEC",
        steps=("git log -2",),
    ),
    Vector(
        id="H08",
        title="a branch named like an option",
        plant=plants.option_ref,
        naive="OPTION-INJECTION",
        steps=("git diff $(git for-each-ref --format='%(refname:short)' refs/heads)",),
    ),
    Vector(
        id="H09",
        title="names that NTFS takes for .git",
        plant=named("GIT~1/config", ".git. /config", ".git::$INDEX_ALLOCATION/config"),
        naive=None,
        refused=("git-dir:.git. ", "git-dir:.git::$INDEX_ALLOCATION", "git-dir:GIT~1"),
    ),
    Vector(
        id="H10",
        title="names that HFS+ takes for .git",
        plant=named(".g\u200cit/config", "sub/.GIT/config"),
        naive=None,
        refused=("git-dir:.g\u200cit", "git-dir:sub/.GIT"),
    ),
    Vector(
        id="H11",
        title="a name that is not UTF-8",
        plant=named(b"caf\xe9.py"),
        naive=None,
        refused=("bad-name:caf\udce9.py",),
    ),
    Vector(
        id="H12",
        title="names that differ in case or form alone",
        plant=named("README.MD", "e\u0301.py", "\xe9.py", "SRC/new.py"),
        naive=None,
        refused=("case:README.MD", "case:SRC/new.py", "case:e\u0301.py", "case:\xe9.py"),
    ),
    Vector(
        id="H13", title="a file that fills the disk", plant=plants.giant, naive=None, refused=("too-large:giant.bin",)
    ),
    Vector(
        id="H14",
        title="more files than anyone reads",
        plant=plants.many_files,
        naive=None,
        refused=("too-many:many",),
        limits=Limits(new_entries=50),
    ),
    Vector(
        id="H15",
        title="directories without end",
        plant=named("d/" * 50 + "x"),
        naive=None,
        refused=("too-deep:" + "/".join("d" * 41),),
    ),
    Vector(
        id="H16", title="core.fsmonitor in a per-worktree configuration", plant=plants.worktree_config, naive="EXEC"
    ),
    Vector(
        id="H17",
        title=".git is a symlink to an evil repository",
        plant=plants.git_symlink,
        naive="EXEC",
        refused=("bare-repo:.e", "gitfile:.git"),
    ),
)
