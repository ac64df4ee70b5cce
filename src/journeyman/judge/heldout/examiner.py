"""Runs inside the sandbox: reads a person's checks, asks the product in another process, compares here.

The task comes on standard input, so neither the checks nor what they expect is ever a file that the
product could read. This process cannot be looked into by the product's (it is not dumpable), the report's
descriptor is not handed on, and the token stands in the report only when every check came to its end.
"""

import asyncio
import contextlib
import ctypes
import inspect
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 # likewise
sys.path.insert(0, HERE)
import remote  # type: ignore[import-not-found]  # noqa: E402

sys.path.remove(HERE)

_PR_SET_DUMPABLE = 4
_MESSAGE_CHARS = 600
_PREFIXES = ("check_", "test_")


@contextlib.contextmanager
def raises(*kinds: type[BaseException]) -> Iterator[None]:
    """Expect one of the exceptions; given to every check file by this name."""
    try:
        yield
    except kinds:
        return
    raise AssertionError(f"{' or '.join(kind.__name__ for kind in kinds)} was not raised")


def examine(source: str, name: str) -> list[dict[str, str]]:
    """Return one result for the file itself and one per check, in the order they stand."""
    scope: dict[str, Any] = {"__name__": name, "__builtins__": __builtins__, "raises": raises}
    results = [_run(name, lambda: exec(compile(source, name, "exec"), scope))]  # noqa: S102 # a person's own file
    if results[0]["outcome"] != "passed":
        return results
    checks = [(key, value) for key, value in scope.items() if key.startswith(_PREFIXES) and remote.takes_nothing(value)]
    return results + [_run(f"{name}::{key}", check) for key, check in checks]


def _run(name: str, check: Any) -> dict[str, str]:
    try:
        returned = check()
        if inspect.iscoroutine(returned):
            asyncio.run(returned)
    except BaseException as error:  # noqa: BLE001 # whatever ends a check otherwise than quietly fails it
        return {"name": name, "outcome": "failed", "message": _said(error, name)}
    return {"name": name, "outcome": "passed", "message": ""}


def _said(error: BaseException, name: str) -> str:
    file = name.partition("::")[0]
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    at = f" at line {lines[-1].lineno}" if lines else ""
    try:
        # What an assertion says tells what was expected, and whoever repairs the candidate reads this.
        text = "" if isinstance(error, AssertionError) else str(error)
    except Exception:  # noqa: BLE001 # a text made of the product's words may fail
        text = ""
    return f"{type(error).__name__}{at}{': ' if text else ''}{text}"[:_MESSAGE_CHARS]


def begin() -> tuple[dict[str, Any], int]:
    """Make this process one that the product's cannot look into; return the task and where the report goes."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    task = json.loads(sys.stdin.buffer.read())
    report = int(os.environ.pop("JOURNEYMAN_REPORT_FD"))  # noqa: TID251 # inside the sandbox
    os.set_inheritable(report, False)
    return task, report


def start_witness(task: dict[str, Any]) -> "tuple[subprocess.Popen[bytes], Any]":
    """Start the product's process; return it with the line to it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}  # noqa: TID251
    command = [sys.executable, "-I", "-B", f"{HERE}/witness.py", *task["roots"]]
    witness = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=kept, cwd=task["cwd"])
    if witness.stdin is None or witness.stdout is None:
        raise AssertionError
    return witness, remote.Line(witness.stdin, witness.stdout)


def leave(report: int, told: dict[str, object]) -> None:
    """Write the report and end at once: nothing of this process runs after it."""
    data = json.dumps(told).encode()
    while data:
        data = data[os.write(report, data) :]
    os._exit(0)


def main() -> None:
    """Read the task, start the witness, examine, report, and leave."""
    task, report = begin()
    witness, line = start_witness(task)
    remote.install(line, task["modules"])
    results = examine(task["source"], task["name"])
    witness.kill()
    witness.wait()
    leave(report, {"results": results, "token": task["token"]})


if __name__ == "__main__":
    main()
