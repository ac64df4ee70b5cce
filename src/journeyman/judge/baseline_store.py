"""Baselines kept between processes: measured once for a tree, an environment and a way of running.

    baselines/<key>.json    {"digest": SHA-256 of the payload's text, "payload": the text}

The key holds everything a baseline follows from, this judge's own source included, so a newer judge
measures anew. A file that is cut, altered or of another shape is as good as none.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from journeyman.domain.command import Mount
from journeyman.domain.digest import digest_bytes, digest_noun
from journeyman.domain.toolchain import Toolchain
from journeyman.domain.verification import Baseline, TestOutcome, TestResult
from journeyman.settings import JudgeSettings

_KEPT_MOST = 400
_INSTALLED_BY_NPM = ".package-lock.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineStore:
    """Baselines in a folder of the cache; it may be deleted at any time."""

    folder: Path

    def read(self, key: str) -> Baseline | None:
        """Return what was kept under a key; None when there is nothing that can be relied on."""
        try:
            document = json.loads((self.folder / f"{key}.json").read_bytes())
            payload = document["payload"]
            if digest_bytes(payload.encode()) != document["digest"]:
                return None
            return _baseline(json.loads(payload))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, key: str, baseline: Baseline) -> None:
        """Keep a baseline, whole or not at all; a cache that cannot be written to is not an error."""
        payload = json.dumps(_plain(baseline), separators=(",", ":"))
        document = json.dumps({"digest": digest_bytes(payload.encode()), "payload": payload})
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")
            with os.fdopen(handle, "w") as file:
                file.write(document)
            Path(name).replace(self.folder / f"{key}.json")
            self._prune()

    def _prune(self) -> None:
        kept = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in kept[_KEPT_MOST:]:
            path.unlink(missing_ok=True)


def baseline_key(tree: str, environment: str, settings: JudgeSettings) -> str:
    """Return the key of a baseline: (tree, environment, how tests are run, this judge)."""
    return digest_noun((tree, environment, settings, _judge_version()))


def environment_digest(
    interpreter: Path, mounts: Iterable[Mount], toolchains: Mapping[str, Toolchain | None] | None = None
) -> str:
    """Return what tells one environment from another: its places, its tools and what is installed.

    Installing, upgrading and removing change the times of the folders that hold packages; the times
    and sizes of what stands directly in them are part of the digest, their contents are not read. npm also
    keeps a list of all it has installed, wherever it lies, which is.

    Args:
        interpreter: the Python of the tests.
        mounts: what is shown for it.
        toolchains: tool and root → what other runners work with; None where there is none.
    """
    parts: list[str] = [str(interpreter), _stamp(interpreter.resolve())]
    for mount in mounts:
        parts += _of_mount(mount)
    for name, tool in sorted((toolchains or {}).items()):
        parts += [name, *(_of_tool(tool) if tool else ("absent",))]
    return digest_noun(tuple(parts))


def _of_tool(tool: Toolchain) -> Iterator[str]:
    yield from (tool.executable, _stamp(Path(tool.executable)), *(f"{name}={value}" for name, value in tool.env))
    for mount in tool.mounts:
        yield from _of_mount(mount)


def _of_mount(mount: Mount) -> Iterator[str]:
    yield from (str(mount.source), mount.target, _stamp(mount.source))
    if not mount.source.is_dir():
        return
    folders = (mount.source, *sorted(mount.source.glob("lib/python*/site-packages")), *sorted(mount.source.glob("@*")))
    for folder in folders:
        with suppress(OSError):
            yield from (f"{entry.name}:{_stamp(entry)}" for entry in sorted(folder.iterdir()))
    with suppress(OSError):
        yield digest_bytes((mount.source / _INSTALLED_BY_NPM).read_bytes())


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "absent"
    return f"{status.st_size}:{status.st_mtime_ns}"


@cache
def _judge_version() -> str:
    """Return the digest of the judge's own source and of the Python that runs it."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return digest_noun((sys.version, tuple(digest_bytes(path.read_bytes()) for path in sources)))


def _plain(baseline: Baseline) -> dict[str, object]:
    rows = [[r.node_id, r.outcome.value, round(r.duration_s, 6), r.message] for r in baseline.results]
    return {"results": rows, "unstable": list(baseline.unstable), "duration_s": round(baseline.duration_s, 6)}


def _baseline(payload: dict[str, list[list[str]]]) -> Baseline:
    rows = payload["results"]
    return Baseline(
        results=tuple(
            TestResult(node_id=node, outcome=TestOutcome(outcome), duration_s=float(duration_s), message=message)
            for node, outcome, duration_s, message in rows
        ),
        unstable=tuple(map(str, payload["unstable"])),
        duration_s=float(payload["duration_s"]),  # type: ignore[arg-type] # JSON holds a number here
    )
