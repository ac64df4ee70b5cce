"""Start, workspaces, many at once, cancelling."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from bench.sandbox.table import Action, interleaved, show

from journeyman.adapters.sandboxes.bubblewrap import BubblewrapSandbox
from journeyman.domain.command import Command, Ending
from journeyman.repository import open_repository
from journeyman.repository.layered import open_workspace

_TRUE = "/usr/bin/true"
_GIT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
_AUTHOR = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]


async def starts(sandbox: BubblewrapSandbox, place: Path, runs: int) -> None:
    """Start and exit of `true`."""
    command = Command(argv=(_TRUE,), workspace=place)

    async def cold() -> None:
        assert (await sandbox.run(command)).exit_status == 0

    async with sandbox.warm(command) as warm:

        async def again() -> None:
            assert (await warm.run(command)).exit_status == 0

        async def step() -> None:
            assert (await warm.run(command)).exit_status == 0

        actions: dict[str, Action] = {"bare": external([_TRUE]), "journeyman, cold": cold, "journeyman, warm": again}
        actions |= {name: external(line) for name, line in others([_TRUE]).items()}
        show(await interleaved(actions, runs), bare="bare")
        # An agent thinks between its commands: then the next process 1 stands already.
        paused: dict[str, list[float]] = {"bare": [], "journeyman, warm, a step at a time": []}
        for _ in range(runs):
            for name, action in (("bare", external([_TRUE])), ("journeyman, warm, a step at a time", step)):
                await asyncio.sleep(0.05)
                started = time.perf_counter()
                await action()
                paused[name].append(1000 * (time.perf_counter() - started))
        print()
        show(paused, bare="bare")


def external(line: Sequence[str]) -> Action:
    async def action() -> None:
        await asyncio.to_thread(subprocess.run, line, check=True, env=_GIT, stdout=subprocess.DEVNULL)

    return action


def others(line: Sequence[str]) -> dict[str, list[str]]:
    """Return how other sandboxes are told to run a command line, for those that are here and work."""
    firejail = ["firejail", "--quiet", "--noprofile", "--net=none", "--", *line]
    nsjail = ["nsjail", "-Mo", "-Q", "--user", "64000", "--group", "64000", "-R", "/usr", "-R", "/bin", "-R", "/lib"]
    nsjail += ["-R", "/lib64", "--", *line]
    known = {"firejail --noprofile --net=none": firejail, "nsjail": nsjail}
    if runtime := os.environ.get("SRT"):
        known["npm sandbox runtime"] = [runtime, *line]
    if socket := os.environ.get("DOCKER"):
        run = ["docker", "-H", f"unix://{socket}", "run", "--rm", "--network", "none"]
        known["docker run --network none"] = [*run, os.environ.get("DOCKER_IMAGE", "debian"), *line]
    podman = ["podman", "run", "--rm", "--network", "none", os.environ.get("PODMAN_IMAGE", ""), *line]
    if "PODMAN_IMAGE" in os.environ:
        known["podman run --network none"] = podman
    return {name: told for name, told in known.items() if _works(told)}


def _works(line: Sequence[str]) -> bool:
    if shutil.which(line[0]) is None:
        return False
    return subprocess.run(line, env=_GIT, capture_output=True, check=False).returncode == 0


async def workspaces(sandbox: BubblewrapSandbox, place: Path, runs: int) -> None:
    """A workspace made, and thrown away, beside a checkout by git itself."""
    for files in (3_000, 30_000):
        project = place / f"project-{files}"
        _project(project, files)
        repository = open_repository(project, stores_dir=place / "stores")
        tree = (await repository.snapshot("")).tree
        async with repository.base(tree):
            pass
        made: dict[str, list[float]] = {"git worktree add": [], "made": [], "made and `true` run in it": []}
        for number in range(max(3, runs // (1 + files // 3000))):
            if number < 3:
                started = time.perf_counter()
                line = ["git", "worktree", "add", "-q", "--detach", str(place / f"tree-{files}-{number}")]
                await asyncio.to_thread(subprocess.run, line, cwd=project, env=_GIT, check=True)
                made["git worktree add"].append(1000 * (time.perf_counter() - started))
            started = time.perf_counter()
            async with open_workspace(repository, sandbox, tree, place / "scratch") as workspace:
                assert workspace.base
                made["made"].append(1000 * (time.perf_counter() - started))
                await sandbox.run(workspace.over(Command(argv=(_TRUE,), workspace=place)))
                made["made and `true` run in it"].append(1000 * (time.perf_counter() - started))
        print(f"{files} files\n")
        show(made, bare="git worktree add")
        print()


def _project(project: Path, files: int) -> None:
    for number in range(files):
        path = project / f"pkg{number // 100}/module{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"VALUE = {number}\n" * 200)
    for line in (["init", "-q"], ["add", "-A"], [*_AUTHOR, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", *line], cwd=project, env=_GIT, check=True)


async def many_at_once(sandbox: BubblewrapSandbox, place: Path, runs: int) -> None:
    """Sixteen at once, again and again."""
    script = "import sqlite3, tempfile; sqlite3.connect(tempfile.mktemp()).execute('create table t (x)'); print('ok')"
    failures = 0
    started = time.perf_counter()
    rounds = max(1, runs // 8)
    for _ in range(rounds):
        directories = [place / str(number) for number in range(16)]
        for directory in directories:
            directory.mkdir(exist_ok=True)
        commands = [Command(argv=("python3", "-c", script), workspace=directory) for directory in directories]
        results = await asyncio.gather(*map(sandbox.run, commands))
        failures += sum(result.output != b"ok\n" or result.ending is not Ending.EXITED for result in results)
    print(f"{16 * rounds} runs, 16 at a time: {failures} failures, {time.perf_counter() - started:.1f} s")


async def cancelling(sandbox: BubblewrapSandbox, place: Path, runs: int) -> None:
    """From `cancel()` to all dead, of a command with a hundred processes."""
    script = "for i in $(seq 100); do setsid sleep 100 & done; touch started; wait"
    command = Command(argv=("sh", "-c", script), workspace=place)
    taken: dict[str, list[float]] = {"cold": [], "warm": []}
    async with sandbox.warm(command) as warm:
        for _ in range(max(3, runs // 4)):
            for name, where in (("cold", sandbox), ("warm", warm)):
                running = asyncio.ensure_future(where.run(command))
                while not (place / "started").exists():  # noqa: ASYNC110 - it is the command that makes it
                    await asyncio.sleep(0.005)
                (place / "started").unlink()
                started = time.perf_counter()
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                taken[name].append(1000 * (time.perf_counter() - started))
    show(taken, bare="cold")
