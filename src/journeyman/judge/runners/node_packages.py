"""The packages of a JavaScript repository: which test tool each uses, by its `package.json` and configuration files."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from journeyman.judge.runners.runner import TreeView

_MANIFEST = "package.json"
_VENDORED = "node_modules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One folder with a `package.json`, and what is directly or deeper in it but in no package of its own."""

    root: str
    manifest: Mapping[str, object]
    paths: tuple[str, ...]
    """From the root of the package."""

    @property
    def scripts(self) -> str:
        """All of its scripts' text: read as a hint, never run."""
        scripts = self.manifest.get("scripts")
        return " ; ".join(map(str, scripts.values())) if isinstance(scripts, dict) else ""

    def depends_on(self, name: str) -> bool:
        """Return whether the manifest names a dependency."""
        sections = (self.manifest.get(key) for key in ("dependencies", "devDependencies"))
        return any(isinstance(section, dict) and name in section for section in sections)

    def first(self, patterns: Collection[str]) -> str:
        """Return the first file directly in the package that matches the patterns, in their order."""
        own = [path for path in self.paths if "/" not in path]
        return next((path for pattern in patterns for path in own if fnmatchcase(path, pattern)), "")


def packages(view: TreeView) -> Iterator[Package]:
    """Yield the packages of a tree, outermost first; a tree without a manifest is one package."""
    roots = [path.rpartition("/")[0] for path in view.paths if path.rpartition("/")[2] == _MANIFEST]
    roots = sorted(
        (root for root in roots if _VENDORED not in root.split("/")), key=lambda root: (root.count("/"), root)
    )
    for root in roots or [""]:
        inner = tuple(f"{other}/" for other in roots if other != root and other.startswith(f"{root}/" if root else ""))
        prefix = f"{root}/" if root else ""
        paths = tuple(
            path.removeprefix(prefix)
            for path in view.paths
            if path.startswith(prefix) and not path.startswith(inner) and _VENDORED not in path.split("/")
        )
        yield Package(root=root, manifest=_parsed(view.contents.get(f"{prefix}{_MANIFEST}", b"")), paths=paths)


def _parsed(content: bytes) -> Mapping[str, object]:
    try:
        document = json.loads(content)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
