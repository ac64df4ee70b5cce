"""The world: a fresh directory that holds one tree, looked over again when tests may write into it."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from journeyman.domain.errors import UnsafeTreeError
from journeyman.domain.finding import Finding, Severity
from journeyman.judge.suite import Suite
from journeyman.ports.repository import Repository


@asynccontextmanager
async def open_world(repository: Repository, tree: str, scratch_dir: Path, *, writable: bool) -> AsyncIterator[Path]:
    """Lend the directory of a tree: shared when nobody may write to it, else new, and removed whatever happens."""
    if not writable:
        async with repository.base(tree) as base:
            yield base
        return
    world = scratch_dir / f"world-{secrets.token_hex(8)}"
    await asyncio.to_thread(world.mkdir, parents=True)
    try:
        await repository.checkout(tree, world)
        yield world
    finally:
        await asyncio.to_thread(remove_tree, world)


async def altered(repository: Repository, tree: str, world: Path, suite: Suite) -> tuple[Finding, ...]:
    """Return a finding for each test or configuration file that a run left different in its world."""
    try:
        changes = await repository.collect(tree, world)
    except UnsafeTreeError as error:
        return (
            Finding(
                rule="world-unsafe",
                severity=Severity.REJECT,
                reason=f"the tests left behind what must not be read: {', '.join(error.reasons)}",
            ),
        )
    return tuple(
        Finding(
            rule="harness-compromised",
            severity=Severity.COMPROMISE,
            path=change.path,
            reason=f"`{change.path}` was rewritten while the tests ran",
        )
        for change in changes
        if suite.owns(change.path) or suite.configures(change.path)
    )


def remove_tree(world: Path) -> None:
    """Remove a directory that untrusted code wrote in; what cannot be removed stays."""
    # What ran may have taken its own directories' permissions away; top down, links not followed.
    for folder, below, _ in os.walk(world):
        for name in below:
            with suppress(OSError):
                if not (Path(folder) / name).is_symlink():
                    (Path(folder) / name).chmod(0o700)
    shutil.rmtree(world, ignore_errors=True)
