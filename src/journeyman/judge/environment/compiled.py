"""Recipes for Cargo, Go, Maven and Gradle: their lock files fill a local store that tests then use offline."""

import re
from collections.abc import Iterator
from shlex import quote

from journeyman.judge.environment.recipe import PROJECT, TREE, Files, Recipe, beside

_CARGO_HOSTS = ("index.crates.io", "static.crates.io", "crates.io")
_GO_HOSTS = ("proxy.golang.org", "sum.golang.org", "storage.googleapis.com")
_MAVEN_HOSTS = ("repo.maven.apache.org", "repo1.maven.org")
_GRADLE_HOSTS = (*_MAVEN_HOSTS, "plugins.gradle.org", "plugins-artifacts.gradle.org", "services.gradle.org")
_GRADLE = re.compile(r"(.*\.gradle(\.kts)?|gradle\.lockfile|gradle\.properties|libs\.versions\.toml)")


def compiled_recipes(files: Files) -> Iterator[Recipe]:
    """Yield a recipe for each project of a compiled language with a lock file, outermost folders first."""
    for root in _outermost(files, "Cargo.lock"):
        yield _cargo(files, root)
    for root in _outermost(files, "go.sum"):
        yield _go(files, root)
    for root in _outermost(files, "pom.xml"):
        yield _maven(files, root)
    for root in _outermost(files, "gradle.lockfile"):
        yield _gradle(files, root)


def _cargo(files: Files, root: str) -> Recipe:
    # Cargo refuses a manifest without a source file beside it, although it only downloads.
    stand_in = "for m in $(find . -name Cargo.toml); do d=${m%/*}/src; mkdir -p $d; touch $d/lib.rs $d/main.rs; done"
    return Recipe(
        tool="cargo",
        root=root,
        files=_named(files, root, ("Cargo.toml", "Cargo.lock", "rust-toolchain", "rust-toolchain.toml")),
        script=_script(root, stand_in, '"$JOURNEYMAN_CARGO" fetch --locked'),
        needs=("cargo",),
        hosts=_CARGO_HOSTS,
        env=(("CARGO_HOME", f"{TREE}/cargo"), ("CARGO_NET_RETRY", "2"), ("CARGO_TERM_PROGRESS_WHEN", "never")),
    )


def _go(files: Files, root: str) -> Recipe:
    return Recipe(
        tool="go",
        root=root,
        files=_named(files, root, ("go.mod", "go.sum", "go.work", "go.work.sum")),
        script=_script(root, '"$JOURNEYMAN_GO" mod download'),
        needs=("go",),
        hosts=_GO_HOSTS,
        env=(
            ("GOMODCACHE", f"{TREE}/go"),
            ("GOPROXY", "https://proxy.golang.org"),
            ("GOFLAGS", "-mod=mod -modcacherw"),
            ("GOTOOLCHAIN", "local"),
        ),
    )


def _maven(files: Files, root: str) -> Recipe:
    store = f"-Dmaven.repo.local={TREE}/maven"
    return Recipe(
        tool="mvn",
        root=root,
        files=_named(files, root, ("pom.xml",)),
        script=_script(root, f'"$JOURNEYMAN_MVN" -B -q -ntp {store} dependency:go-offline'),
        needs=("mvn",),
        hosts=_MAVEN_HOSTS,
    )


def _gradle(files: Files, root: str) -> Recipe:
    wanted = {path: content for path, content in _below(files, root).items() if _GRADLE.fullmatch(path.split("/")[-1])}
    return Recipe(
        tool="gradle",
        root=root,
        files=wanted,
        script=_script(root, '"$JOURNEYMAN_GRADLE" --no-daemon --console=plain -q dependencies buildEnvironment'),
        needs=("gradle",),
        hosts=_GRADLE_HOSTS,
        env=(("GRADLE_USER_HOME", f"{TREE}/gradle"),),
    )


def _script(root: str, *lines: str) -> str:
    return "\n".join((f"cd {quote(beside(PROJECT, root).rstrip('/'))}", *lines))


def _named(files: Files, root: str, names: tuple[str, ...]) -> Files:
    return {path: content for path, content in _below(files, root).items() if path.rpartition("/")[2] in names}


def _below(files: Files, root: str) -> dict[str, bytes]:
    prefix = f"{root}/" if root else ""
    return {path: content for path, content in files.items() if path.startswith(prefix)}


def _outermost(files: Files, name: str) -> list[str]:
    """Return the folders with a file of that name that lie in no other such folder."""
    roots = sorted({path.rpartition("/")[0] for path in files if path.rpartition("/")[2] == name}, key=len)
    kept: list[str] = []
    for root in roots:
        if not any(not outer or root.startswith(f"{outer}/") for outer in kept):
            kept.append(root)
    return kept
