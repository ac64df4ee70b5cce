"""Recipes for Node: npm, pnpm and yarn, each by its own lock file, without anybody's install scripts."""

import json
from collections.abc import Iterator
from shlex import quote

from journeyman.judge.environment.recipe import (
    PROJECT,
    SCRATCH,
    TREE,
    Files,
    Indexes,
    Recipe,
    beside,
    host_of,
    variable,
)

_LOCKS = {
    "package-lock.json": "npm ci --ignore-scripts --no-audit --no-fund --no-progress",
    "npm-shrinkwrap.json": "npm ci --ignore-scripts --no-audit --no-fund --no-progress",
    "pnpm-lock.yaml": "pnpm install --frozen-lockfile --ignore-scripts --node-linker=hoisted --reporter=append-only",
    "yarn.lock": "yarn install --frozen-lockfile --ignore-scripts --non-interactive --no-progress",
}
_BERRY = "yarn install --immutable --mode=skip-build"
_MANIFESTS = ("package.json", "pnpm-workspace.yaml", ".yarnrc.yml")
_YARN_HOST = "registry.yarnpkg.com"
"""Yarn 1 writes it into its lock files as npm's other name."""


def node_recipes(files: Files, indexes: Indexes, *, scripts: bool) -> Iterator[Recipe]:
    """Yield a recipe for each folder with a lock file of Node's."""
    for root in sorted({path.rpartition("/")[0] for path in files if path.rpartition("/")[2] in _LOCKS}):
        if "node_modules" in root.split("/"):
            continue
        lock = next(name for name in _LOCKS if beside(root, name) in files)
        if beside(root, "package.json") in files:
            yield _recipe(files, indexes, root=root, lock=lock, scripts=scripts)


def _recipe(files: Files, indexes: Indexes, *, root: str, lock: str, scripts: bool) -> Recipe:
    berry = lock == "yarn.lock" and b"\n__metadata:" in files[beside(root, lock)]
    install = _BERRY if berry else _LOCKS[lock]
    if scripts:
        install = install.replace(" --ignore-scripts", "").replace(" --mode=skip-build", "")
    elif _legacy_peers(files, root) and install.startswith("npm"):
        install += " --legacy-peer-deps"
    tool, _, arguments = install.partition(" ")
    hosts = (*host_of(indexes.npm), *((_YARN_HOST,) if lock == "yarn.lock" else ()))
    return Recipe(
        tool="node",
        root=root,
        files=_needed(files, root, lock),
        script="\n".join(
            (
                f"cd {quote(beside(PROJECT, root).rstrip('/'))}",
                f'"${variable(tool)}" {arguments}',
                f"mkdir -p node_modules && mv node_modules {TREE}/node_modules",
            )
        ),
        needs=("node", tool),
        hosts=hosts,
        env=(
            ("npm_config_registry", indexes.npm),
            ("npm_config_replace_registry_host", "npmjs"),
            ("npm_config_cache", f"{SCRATCH}/npm"),
            ("npm_config_update_notifier", "false"),
            ("npm_config_store_dir", f"{SCRATCH}/pnpm"),
            ("YARN_CACHE_FOLDER", f"{SCRATCH}/yarn"),
            ("YARN_NPM_REGISTRY_SERVER", indexes.npm.rstrip("/")),
            ("YARN_NODE_LINKER", "node-modules"),
            ("YARN_ENABLE_GLOBAL_CACHE", "0"),
            ("YARN_ENABLE_TELEMETRY", "0"),
            ("COREPACK_ENABLE_NETWORK", "0"),
        ),
        own_name=_name(files, root),
    )


def _needed(files: Files, root: str, lock: str) -> Files:
    """Return the lock file, and the manifests of the folder and of everything below it: its workspaces."""
    prefix = f"{root}/" if root else ""
    names = (*_MANIFESTS, lock)
    own = {path: content for path, content in files.items() if path.startswith(prefix)}
    return {
        path: content
        for path, content in own.items()
        if path.rpartition("/")[2] in names and "node_modules" not in path.split("/")
    }


def _name(files: Files, root: str) -> str:
    try:
        manifest = json.loads(files[beside(root, "package.json")])
    except ValueError:
        return ""
    name = manifest.get("name") if isinstance(manifest, dict) else None
    return name if isinstance(name, str) else ""


def _legacy_peers(files: Files, root: str) -> bool:
    lines = files.get(beside(root, ".npmrc"), b"").decode("utf-8", "replace").splitlines()
    return any(line.replace(" ", "") == "legacy-peer-deps=true" for line in lines)
