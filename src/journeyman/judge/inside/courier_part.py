"""Runs inside the sandbox: any test tools, as processes of their own, whose words are carried out under seal.

Loaded by `start`; standard library only. Nothing of the project runs in this process. Of each step of the task
it tells every line of standard output, then the exit status; at the end, the files that were asked for. Before
those are read everything else that still runs here is killed: nobody writes a report after the fact.
"""

import glob
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Send = Callable[..., None]

LINE_CHARS = 8000
BUDGET_CHARS = 24_000_000
FILE_BYTES = 8_000_000


def carry(send: Send, number: int, step: dict[str, Any], budget: list[int]) -> int:
    """Run one step and return its exit status; 127 when it cannot start."""
    try:
        process = subprocess.Popen(
            step["argv"],
            cwd=step["cwd"],
            env={**os.environ, **step.get("env", {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        print(f"{step['argv'][0]}: {error}", file=sys.stderr)  # noqa: T201 # the output of the run
        return 127
    if process.stdout is not None:
        for line in process.stdout:
            told = line.rstrip("\n")[:LINE_CHARS]
            budget[0] -= len(told)
            if budget[0] > 0:
                send("line", str(number), told)
            if step.get("loud"):
                print(line, end="")  # noqa: T201 # likewise
    return process.wait()


def steps_of(task: dict[str, Any], said: list[str]) -> list[dict[str, Any]]:
    """Return the steps that the task leaves to what an earlier step built; see `rust_runner`."""
    import json

    found = []
    for line in said:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if message.get("executable") and message.get("profile", {}).get("test"):
            name = message["target"]["src_path"]
            folder = os.path.dirname(message["manifest_path"])
            plain = {"cwd": folder, "env": {**task["env"], "CARGO_MANIFEST_DIR": folder}}
            found.append({"argv": [message["executable"], "--list", "--format=terse"], "name": f"list:{name}", **plain})
            found.append({"argv": [message["executable"], *task["flags"]], "name": f"run:{name}", **plain})
    return found


def run(send: Send, task: dict[str, Any], arguments: list[str]) -> tuple[int, int]:
    """Run every step, then send the files; the status is 1 when any step failed."""
    del arguments
    if task.get("copy"):
        shutil.copytree(task["copy"][0], task["copy"][1], symlinks=True)
    kept: list[str] = []

    def spy(*fields: str) -> None:
        kept.append(fields[-1])
        send(*fields)

    steps, budget, worst, number = list(task["steps"]), [BUDGET_CHARS], 0, 0
    while number < len(steps):
        step = steps[number]
        send("step", str(number), step.get("name", ""))
        status = carry(spy if step.get("lists") else send, number, step, budget)
        send("status", str(number), str(status))
        worst = max(worst, int(status != 0))
        if step.get("lists"):
            steps[number + 1 : number + 1] = steps_of(task, kept)
        if status != 0 and step.get("needed"):
            break
        number += 1
    with suppress(ProcessLookupError, PermissionError):
        os.kill(-1, signal.SIGKILL)
    for pattern in task.get("files", ()):
        for path in sorted(glob.glob(pattern, recursive=True)):
            if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) <= FILE_BYTES:
                with open(path, encoding="utf-8", errors="replace") as file:
                    send("file", path, file.read())
    return worst, number
