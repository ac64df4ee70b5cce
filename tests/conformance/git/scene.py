"""The scene of every git attack: a person's project, an agent's tree, a secret, and two hosts at work.

The *naive* host does what most tools do: it runs `git status`, `add`, `commit`, `show`, `push` in the
tree the agent leaves behind. The *hardened* host reads that tree with `GitRepository.collect`.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.errors import UnsafeTreeError
from journeyman.repository import Limits, open_repository

SECRET = "correct-horse-battery-staple"
WEAK = "assert True  # weakened"
PAYLOAD = "print('payload')"
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything lies under `root`; the agent may write below `agent` alone."""

    root: Path

    @property
    def agent(self) -> Path:
        """The agent's tree, with a `.git` directory it has full power over."""
        return self.root / "agent"

    @property
    def marker(self) -> Path:
        """Exists as soon as a program of the agent's choice has run on the host."""
        return self.root / "outside/PWNED"

    @property
    def secret(self) -> Path:
        """A file of the host's that nobody should see."""
        return self.root / "outside/secret.txt"

    @property
    def run(self) -> str:
        """A shell command of the agent's choice."""
        return f"touch {self.marker};"

    def write(self, path: str, content: str, *, executable: bool = False) -> None:
        """Write a file into the agent's tree."""
        target = self.agent / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
        target.chmod(0o755 if executable else 0o644)

    def config(self, name: str, value: str) -> None:
        """Set something in the agent's own git configuration."""
        self.git("config", name, value)

    def git(self, *arguments: str, cwd: str = "", text: str | None = None) -> str:
        """Run git in the agent's tree, as the agent or as the naive host."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.agent / cwd,
            env=ENVIRONMENT,
            input=text,
            capture_output=True,
            check=False,
            timeout=30,
            text=True,
            errors="replace",
        )
        return done.stdout.strip()


def make_template(root: Path) -> Path:
    """Make the project (and a remote of it) that every scene is a copy of."""
    project = Scene(root=root / "x")
    project.agent.mkdir(parents=True)
    project.git("init", "-q", "-b", "main", "--template=")
    project.write("README.md", "# Project\n")
    project.write("src/app.py", "def answer():\n    return 42\n")
    project.write(
        "tests/test_app.py", "from src.app import answer\n\n\ndef test_answer():\n    assert answer() == 42\n"
    )
    project.git("add", "-A")
    project.git("commit", "-q", "-m", "base")
    project.git("clone", "-q", "--bare", ".", str(root / "origin.git"))
    project.git("init", "-q", "--bare", str(root / "evil.git"))
    project.agent.rename(root / "project")
    (root / "x").rmdir()
    (root / "outside").mkdir()
    (root / "outside/secret.txt").write_text(f"{SECRET}\n")
    return root


def naive_scene(template: Path, root: Path) -> Scene:
    """Copy the template; the agent works in a clone with its real `.git`."""
    shutil.copytree(template, root)
    scene = Scene(root=root)
    shutil.copytree(root / "project", scene.agent)
    scene.config("remote.origin.url", str(root / "origin.git"))
    scene.config("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    scene.git("fetch", "-q", "origin")
    return scene


async def hardened_scene(template: Path, root: Path) -> tuple[Scene, str]:
    """Copy the template; the agent works in a throw-away workspace of the tree whose id is returned."""
    shutil.copytree(template, root)
    repository = open_repository(root / "project", stores_dir=root / "stores")
    tree = (await repository.snapshot("")).tree
    await repository.checkout(tree, root / "agent", with_git=True)
    scene = Scene(root=root)
    scene.config("remote.origin.url", str(root / "origin.git"))
    return scene, tree


def naive_host(scene: Scene, steps: tuple[str, ...]) -> set[str]:
    """Handle the agent's tree as most tools do and return the harm that came of it."""
    git = scene.git
    diffs = [git("status"), git("diff")]
    for directory in [path for path in scene.agent.iterdir() if path.is_dir() and path.name != ".git"]:
        git("status", cwd=directory.name)
    git("add", "-A")
    diffs.append(git("diff", "--cached"))
    git("commit", "-q", "--allow-empty", "-m", "work", "--trailer", "Run: 1")
    diffs += [git("show"), git("diff", "origin/main", "HEAD"), git("log", "-p", "-1")]
    archived = subprocess.run(
        ["tar", "-t"], input=git("archive", "HEAD").encode(), capture_output=True, check=False
    ).stdout
    shown = [
        path.read_text(errors="replace")
        for name in git("diff", "--name-only", "HEAD~1").splitlines()
        if (path := scene.agent / name).is_file()
    ]
    if (scene.agent / "sub").is_dir():
        (scene.agent / "sub/report.txt").write_text("the host's own report")
    names = [str(path.relative_to(scene.agent)) for path in scene.agent.rglob("*") if ".git" not in path.parts]
    git("diff", *sorted(name for name in names if "/" not in name))
    for step in steps:
        subprocess.run(
            ["sh", "-c", step], cwd=scene.agent, env=ENVIRONMENT, capture_output=True, check=False, timeout=30
        )
    git("push", "-q", "origin", "HEAD:refs/heads/agent")
    seen = "\n".join(diffs)
    pushed = git("--git-dir=../origin.git", "log", "-p", "agent", "--")
    return harms(scene, seen=seen, told="\n".join(shown) + pushed, names=names, archived=archived.decode())


def harms(scene: Scene, *, seen: str, told: str, names: list[str], archived: str) -> set[str]:
    """Return what the agent has achieved, by looking at the world and at what people were shown."""
    found = {
        "EXEC": scene.marker.exists(),
        "LEAK": SECRET in told,
        "PUSH-REDIRECT": bool(scene.git("--git-dir=../evil.git", "for-each-ref")),
        "DIFF-HIDDEN": _holds(scene, WEAK) and WEAK not in seen,
        "FILE-HIDDEN": _holds(scene, PAYLOAD) and PAYLOAD not in seen,
        "ARCHIVE-DROPS-TESTS": bool(archived) and "tests/" not in archived,
        "WRITE-OUT": (scene.root / "outside/report.txt").exists(),
        "PATH-SMUGGLE": any("\n" in name for name in names),
        "OPTION-INJECTION": (scene.agent / "PWN").exists(),
    }
    return {name for name, happened in found.items() if happened}


async def hardened_host(scene: Scene, tree: str, limits: Limits | None = None) -> tuple[set[str], tuple[str, ...]]:
    """Handle the agent's tree as Journeyman does; return the harm and why the tree was refused, if it was."""
    repository = open_repository(scene.root / "project", stores_dir=scene.root / "stores", limits=limits)
    base = await repository.snapshot("main")
    before = _listing(scene.root)
    reasons: tuple[str, ...] = ()
    seen = told = archived = ""
    names: list[str] = []
    try:
        changes = await repository.collect(tree, scene.agent)
    except UnsafeTreeError as refusal:
        reasons = refusal.reasons
        seen = WEAK + PAYLOAD  # nothing is accepted, so nothing is hidden
    else:
        new = await repository.overlay(tree, changes)
        seen = await repository.diff(base.tree, new)
        commit = await repository.commit(new, parent=base.commit, message="work")
        assert await repository.publish(commit, "journeyman/work")
        told = Scene(root=scene.root).git("--git-dir=../project/.git", "log", "-p", "journeyman/work", "--")
        names = [entry.path for entry in (await repository.snapshot(commit)).entries]
        archived = "\n".join(names)
    assert {path for path in _listing(scene.root) - before if path.parts[0] not in {"stores", "project"}} == set()
    return harms(scene, seen=seen, told=told, names=names, archived=archived), reasons


def _holds(scene: Scene, text: str) -> bool:
    files = [path for path in scene.agent.rglob("*.py") if path.is_file() and ".git" not in path.parts]
    return any(text in path.read_text(errors="replace") for path in files)


def _listing(root: Path) -> set[Path]:
    return {path.relative_to(root) for path in root.rglob("*")}
