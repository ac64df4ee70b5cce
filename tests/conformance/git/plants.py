"""What an agent may leave in its tree so that git, run there on the host, works for the agent."""

import os
from collections.abc import Callable

from tests.conformance.git.scene import PAYLOAD, WEAK, Scene


def weaken(scene: Scene) -> None:
    """Make the test pass whatever the product does."""
    scene.write("tests/test_app.py", f"def test_answer():\n    {WEAK}\n")


def settings(*pairs: tuple[str, str]) -> Callable[[Scene], None]:
    """Return a plant that sets configuration; RUN stands for the agent's command, ROOT for where all lies."""

    def plant(scene: Scene) -> None:
        scene.write("src/app.py", "def answer():\n    return 43\n")
        for name, value in pairs:
            scene.config(
                name.replace("ROOT", str(scene.root)), value.replace("RUN", scene.run).replace("ROOT", str(scene.root))
            )

    return plant


def with_attributes(line: str, *pairs: tuple[str, str]) -> Callable[[Scene], None]:
    """Return a plant that sets configuration and the attributes that make git use it."""

    def plant(scene: Scene) -> None:
        settings(*pairs)(scene)
        scene.write(".gitattributes", f"{line}\n")

    return plant


def hook_in_git(scene: Scene) -> None:
    scene.write(".git/hooks/pre-commit", f"#!/bin/sh\n{scene.run}\n", executable=True)


def hooks_in_tree(scene: Scene) -> None:
    scene.write("hooks/pre-commit", f"#!/bin/sh\n{scene.run}\n", executable=True)
    scene.config("core.hooksPath", "hooks")


def included_config(scene: Scene) -> None:
    scene.write("settings.ini", f'[core]\n\tfsmonitor = "{scene.run}"\n')
    scene.config("include.path", "../settings.ini")


def worktree_config(scene: Scene) -> None:
    scene.config("extensions.worktreeConfig", "true")
    scene.git("config", "--worktree", "core.fsmonitor", scene.run)


def git_file(scene: Scene) -> None:
    scene.config("core.fsmonitor", scene.run)
    (scene.agent / ".git").rename(scene.agent / ".e")
    scene.write(".git", "gitdir: .e\n")


def git_symlink(scene: Scene) -> None:
    scene.config("core.fsmonitor", scene.run)
    (scene.agent / ".git").rename(scene.agent / ".e")
    (scene.agent / ".git").symlink_to(".e")


def embedded_bare(scene: Scene) -> None:
    for part in ("objects/x", "refs/x"):
        scene.write(f"sub/{part}", "")
    scene.write("sub/HEAD", "ref: refs/heads/main\n")
    scene.write(
        "sub/config",
        f'[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "{scene.run}"\n',
    )


def alternates(scene: Scene) -> None:
    scene.config("core.alternateRefsCommand", scene.run)
    scene.write(".git/objects/info/alternates", f"{scene.root}/evil.git/objects\n")


def shadowing_tag(scene: Scene) -> None:
    weaken(scene)
    scene.git("commit", "-q", "-a", "-m", "mine")
    scene.git("tag", "origin/main")


def skip_worktree(scene: Scene) -> None:
    scene.git("update-index", "--skip-worktree", "tests/test_app.py")
    weaken(scene)


def replaced_base(scene: Scene) -> None:
    base = scene.git("rev-parse", "HEAD")
    weaken(scene)
    scene.git("commit", "-q", "-a", "-m", "mine")
    scene.git("replace", base, scene.git("commit-tree", "HEAD^{tree}", "-m", "base"))


def export_ignore(scene: Scene) -> None:
    scene.write(".gitattributes", "tests export-ignore\n")


def hidden_by_ignore(scene: Scene) -> None:
    scene.write("sitecustomize.py", f"{PAYLOAD}\n")
    scene.write(".git/info/exclude", "sitecustomize.py\n")
    scene.write("src/conftest.py", f"{PAYLOAD}\n")
    scene.write(".gitignore", "src/conftest.py\n")


def no_diff(scene: Scene) -> None:
    weaken(scene)
    scene.write(".gitattributes", "tests/* -diff\n")


def link_to_secret(scene: Scene) -> None:
    (scene.agent / "src/cfg.txt").symlink_to(scene.secret)


def link_to_directory(scene: Scene) -> None:
    (scene.agent / "sub").symlink_to("../outside")


def second_name_of_secret(scene: Scene) -> None:
    os.link(scene.secret, scene.agent / "src/h.txt")


def pipe(scene: Scene) -> None:
    os.mkfifo(scene.agent / "src/pipe.py")


def nested_repository(scene: Scene) -> None:
    scene.write("lib/evil.py", f"{PAYLOAD}\n")
    scene.git("init", "-q", "--template=", cwd="lib")
    scene.git("add", "-A", cwd="lib")
    scene.git("commit", "-q", "-m", "swallowed", cwd="lib")


def submodule_update(scene: Scene) -> None:
    nested_repository(scene)
    first = scene.git("rev-parse", "HEAD", cwd="lib")
    scene.git("commit", "-q", "--allow-empty", "-m", "what the tree will say", cwd="lib")
    scene.write(".gitmodules", '[submodule "lib"]\n\tpath = lib\n\turl = ./lib\n')
    scene.git("add", "lib")
    scene.git("update-index", "--assume-unchanged", "lib")
    scene.git("checkout", "-q", first, cwd="lib")
    scene.config("submodule.lib.url", "./lib")
    scene.config("submodule.lib.update", f"!{scene.run} true")


def merge_driver(scene: Scene) -> None:
    scene.git("checkout", "-q", "-b", "other")
    scene.write("README.md", "# Other\n")
    scene.git("commit", "-q", "-a", "-m", "other")
    scene.git("checkout", "-q", "main")
    with_attributes("README.md merge=x", ("merge.x.driver", "RUN"))(scene)
    scene.write("README.md", "# Mine\n")


def signed_commit(scene: Scene) -> None:
    scene.config("log.showSignature", "true")
    program = scene.agent / ".git/gpg"
    scene.write(".git/gpg", f"#!/bin/sh\n{scene.run}\n", executable=True)
    scene.config("gpg.program", str(program))
    commit = scene.git("cat-file", "commit", "HEAD")
    headers, _, message = commit.partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = scene.git("hash-object", "-w", "-t", "commit", "--stdin", text=f"{headers}\n{signature}\n\n{message}\n")
    scene.git("update-ref", "HEAD", signed)


def option_ref(scene: Scene) -> None:
    head = scene.git("rev-parse", "HEAD")
    scene.write(".git/refs/heads/--output=PWN", f"{head}\n")


def signing_program(scene: Scene) -> None:
    settings(("commit.gpgSign", "true"), ("gpg.program", str(scene.agent / ".git/gpg")))(scene)
    scene.write(".git/gpg", f"#!/bin/sh\n{scene.run}\n", executable=True)


def giant(scene: Scene) -> None:
    with (scene.agent / "giant.bin").open("wb") as file:
        file.truncate(2**31)


def many_files(scene: Scene) -> None:
    for number in range(60):
        scene.write(f"many/{number}", "")


def named(*names: str | bytes) -> Callable[[Scene], None]:
    """Return a plant that makes files of these names."""

    def plant(scene: Scene) -> None:
        for name in names:
            scene.write(os.fsdecode(name), f"{PAYLOAD}\n")

    return plant
