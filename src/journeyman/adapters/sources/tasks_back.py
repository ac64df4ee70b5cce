"""Writing back into a spec's folder: ticking its tasks, archiving an OpenSpec change."""

import asyncio
import re
import shutil
from pathlib import Path

from journeyman.domain.errors import UserError

_OPEN = re.compile(r"^(\s*(?:[-*+]|\d+[.)])\s+\[) (\](?!\*))", re.MULTILINE)
_ARCHIVE_TIMEOUT_S = 60.0


def tick(path: Path) -> str:
    """Tick every open task of a file; optional ones stay open."""
    if not path.is_file() or path.is_symlink():
        return "no tasks"
    text = path.read_bytes().decode("utf-8")
    ticked, count = _OPEN.subn(r"\1x\2", text)
    if count:
        path.write_bytes(ticked.encode("utf-8"))
    return f"ticked {count} tasks" if count else "ticked already"


async def archive(change: str, root: Path, path: str) -> str:
    """Archive an OpenSpec change with its own command line, which merges the deltas into the standing specs.

    Args:
        change: its id.
        root: the folder that holds `openspec/`.
        path: where commands are looked for.

    Raises:
        UserError: the command is not installed, or refuses.
    """
    if not (root / "openspec/changes" / change).is_dir():
        return "archived already"
    command = shutil.which("openspec", path=path)
    if command is None:
        raise UserError(
            "the change cannot be archived: openspec is not installed",
            remedy="npm install -g @fission-ai/openspec@1.13.2, or leave `archive` off.",
        )
    process = await asyncio.create_subprocess_exec(
        command, "archive", change, "--yes", cwd=root,
        env={"PATH": path, "OPENSPEC_TELEMETRY": "0", "DO_NOT_TRACK": "1"},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), _ARCHIVE_TIMEOUT_S)
    if process.returncode or (root / "openspec/changes" / change).is_dir():
        said = output.decode("utf-8", "replace").strip()[-400:]
        raise UserError(f"openspec does not archive `{change}`: {said}", remedy="Mend it, and answer again.")
    return "archived"
