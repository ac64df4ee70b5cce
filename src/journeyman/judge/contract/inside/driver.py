"""Runs inside the sandbox: serves the product, asks it with Schemathesis, and vouches for what it heard.

The task comes on standard input and the results leave by a descriptor that is not handed on, with a token that
only this process knows; it cannot be looked into by the product (it is not dumpable). Results are collected in
this process, never read back from a file. It works from a folder of ours: Schemathesis takes its settings from
where it stands, and the tree's own must not weaken it.
"""

import ctypes
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any

_PR_SET_DUMPABLE = 4
_START_S = 30.0
_MESSAGE_CHARS = 1500
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "response_schema_conformance",
    "positive_data_acceptance",
    "negative_data_rejection",
)
"""What the document says; the rest of Schemathesis' checks judge things that it does not say."""


class Heard:
    """What was asked of each operation, and what was wrong with the answers."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.failures: dict[str, dict[str, str]] = {}

    def add(self, recorder: Any) -> None:
        """Take in one finished scenario."""
        for identity, node in recorder.cases.items():
            label = node.value.operation.label
            interaction = recorder.interactions.get(identity)
            if interaction is not None and interaction.response is None:
                self.fail(label, "No answer", "the connection ended without an answer")
            elif interaction is not None:
                self.asked[label] = self.asked.get(label, 0) + 1
            for check in recorder.checks.get(identity, ()):
                failure = check.failure_info.failure if check.failure_info else None
                if failure is not None and check.name in CHECKS:
                    sample = getattr(check.failure_info, "code_sample", "")
                    self.fail(label, failure.title, f"{failure.message}\n{sample}")

    def fail(self, label: str, title: str, message: str) -> None:
        """Take in one thing that was wrong; the first of a kind is kept."""
        self.failures.setdefault(label, {}).setdefault(title, f"{title}: {message}"[:_MESSAGE_CHARS])


def ask(task: dict[str, Any], heard: Heard) -> None:
    """Run Schemathesis in this process over the selected operations."""
    import schemathesis.cli
    from schemathesis.cli.commands.run.handlers.base import EventHandler
    from schemathesis.engine import events

    @schemathesis.cli.handler()
    class Listener(EventHandler):  # type: ignore[type-arg] # generic over a context that is not looked at
        def handle_event(self, ctx: Any, event: Any) -> None:
            del ctx
            if isinstance(event, events.ScenarioFinished):
                heard.add(event.recorder)
            elif isinstance(event, events.NonFatalError):
                heard.fail(event.label, "Could not be asked", str(event.value))

    arguments = ["run", task["document"], "-u", f"http://127.0.0.1:{task['port']}{task['path']}", "--no-color"]
    arguments += ["--phases", "examples,coverage,fuzzing,stateful", "-n", str(task["examples"])]
    arguments += ["--generation-deterministic", "--checks", ",".join(CHECKS)]
    arguments += ["--continue-on-failure", "--request-timeout", "10"]
    for label in task["operations"]:
        arguments += ["--include-name", label]
    schemathesis.cli.schemathesis(arguments, standalone_mode=False)


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> bool:
    """Wait until somebody listens."""
    until = time.monotonic() + _START_S
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as asking:
            asking.settimeout(1)
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def results_of(operations: dict[str, str], heard: Heard, trouble: str) -> list[dict[str, str]]:
    """Return a result for every selected operation."""
    results = []
    for label, name in operations.items():
        wrong = heard.failures.get(label, {})
        if wrong:
            outcome, message = "failed", "\n\n".join(wrong.values())
        elif trouble or not heard.asked.get(label):
            outcome, message = "error", trouble or "it was not asked a single time"
        else:
            outcome, message = "passed", f"{heard.asked[label]} requests"
        results.append({"operation": name, "outcome": outcome, "message": message[: 2 * _MESSAGE_CHARS]})
    return results


def main() -> None:
    """Read the task, serve, ask, report, and leave."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    task = json.loads(sys.stdin.buffer.read())
    report = int(os.environ.pop("JOURNEYMAN_REPORT_FD"))
    os.set_inheritable(report, False)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    heard, trouble = Heard(), ""
    with tempfile.TemporaryFile() as output:
        try:
            server = subprocess.Popen(
                task["serve"], cwd="/work", env={**kept, "PORT": str(task["port"]), "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            server, trouble = None, f"the product cannot be served: {error}"
        if server is not None:
            os.chdir(os.path.dirname(os.path.abspath(__file__)))
            if wait_for(task["port"], server):
                trouble = asked(task, heard)
            else:
                trouble = f"the product did not start to listen on port {task['port']}"
            server.kill()
            server.wait()
        output.seek(0, os.SEEK_END)
        output.seek(max(0, output.tell() - 2000))
        said = output.read().decode("utf-8", "replace")
    trouble = f"{trouble}\n{said}" if trouble else ""
    told = json.dumps(
        {"results": results_of(task["operations"], heard, trouble), "token": task["token"], "said": said}
    ).encode()
    while told:
        told = told[os.write(report, told) :]
    os._exit(0)


def asked(task: dict[str, Any], heard: Heard) -> str:
    """Ask, and return what kept that from coming to its end; empty when nothing did."""
    try:
        ask(task, heard)
    except SystemExit:
        return ""
    except BaseException as error:  # noqa: BLE001 # whatever ends it otherwise is told
        return f"{type(error).__name__}: {error}"
    return ""


if __name__ == "__main__":
    main()
