"""A contract check from outside: one command that serves the product and asks it, one report that is believed."""

import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.command import Command, CommandResult, Ending, Limits, Mount
from journeyman.domain.errors import UserError
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.serving import Serving
from journeyman.domain.spec import Interface
from journeyman.domain.verification import CheckResult, TestOutcome, TestResult
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.runners.runner import Workbench
from journeyman.judge.world import open_world

_OURS = "/opt/journeyman/contract"
_REPORT_BYTES = 2**21
_PORT = 8099
_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTools:
    """What asks the product: a Python with Schemathesis in it, and how the product is served."""

    python: Path
    """At the path where `mounts` show it."""
    mounts: tuple[Mount, ...]
    serving: Serving

    def require_servable(self, interfaces: Iterable[Interface]) -> None:
        """Make sure, before anything is paid for, that it is known how the product is served.

        Raises:
            UserError: a spec holds an interface, and nobody said how.
        """
        if any(interfaces) and not self.serving.serve:
            raise UserError(
                "the spec describes an interface, and it is not said how the product is served",
                remedy='Write into journeyman.toml:\n[contract]\nserve = ["python", "-m", "uvicorn", "app:app", '
                '"--port", "{port}"]',
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractExamination:
    """What asks a tree's product for every interface of the ground."""

    bench: Workbench
    laid: GroundTree
    tools: ContractTools

    async def hold(self, tree: str, interfaces: Iterable[Interface]) -> tuple[CheckResult, list[Finding]]:
        """Serve the product of a tree and ask it; a result for each operation."""
        results: list[TestResult] = []
        output, duration_s = "", 0.0
        async with open_world(self.laid.repository, tree, self.bench.scratch_dir, writable=False) as world:
            for interface in interfaces:
                token = secrets.token_hex(16)
                folder = self.bench.scratch_dir / f"contract-{secrets.token_hex(8)}"
                folder.mkdir(parents=True)
                document = folder / (_NAME.sub("_", interface.name) or "openapi.yaml")
                document.write_bytes(interface.content)
                try:
                    ended = await self.bench.sandbox.run(self._command(world, document, interface, token))
                finally:
                    document.unlink()
                    folder.rmdir()
                found, said = _read(ended, interface, token)
                results += found
                output += said
                duration_s += ended.duration_s
        findings = [_finding(result) for result in results if result.outcome is not TestOutcome.PASSED]
        check = CheckResult(
            name="contract", passed=not findings, results=tuple(results), duration_s=duration_s, output=output
        )
        return check, findings

    def _command(self, world: Path, document: Path, interface: Interface, token: str) -> Command:
        settings = self.tools.serving
        python = _inside(self.bench.interpreter, self.bench.mounts)
        words = [python if word == "python" else word.replace("{port}", str(_PORT)) for word in settings.serve]
        task = {
            "token": token,
            "serve": words,
            "port": _PORT,
            "path": settings.path,
            "document": f"{_OURS}/documents/{document.name}",
            "operations": dict(interface.operations),
            "examples": settings.examples,
        }
        # The document lies where the product cannot write, or it could be asked for less.
        shown = Mount(source=document.parent, target=f"{_OURS}/documents")
        ours = Mount(source=Path(__file__).parent / "inside", target=f"{_OURS}/inside")
        return Command(
            argv=(str(self.tools.python), "-I", "-B", f"{_OURS}/inside/driver.py"),
            workspace=world,
            workspace_writable=False,
            mounts=tuple(dict.fromkeys((*self.bench.mounts, *self.tools.mounts, ours, shown))),
            stdin=json.dumps(task).encode(),
            report=True,
            limits=Limits(
                # What is cut short has not been asked everything, and shows nothing: its results are errors.
                wall_time_s=settings.wall_time_s,
                memory_bytes=self.bench.settings.memory_mb * 2**20,
                output_bytes=_REPORT_BYTES,
            ),
        )


def _inside(path: Path, mounts: Iterable[Mount]) -> str:
    """Return where a path of the host is seen in the sandbox; only a command's first word is found by its host path."""
    below = (mount for mount in mounts if path.is_relative_to(mount.source))
    return next((str(Path(mount.target, path.relative_to(mount.source))) for mount in below), str(path))


def _read(ended: CommandResult, interface: Interface, token: str) -> tuple[list[TestResult], str]:
    """Return the results that the driver vouches for; an error for every operation when it did not come to its end."""
    said = ended.output.decode("utf-8", "replace")[-4000:]
    try:
        told = json.loads(ended.report)
        if ended.ending is Ending.EXITED and secrets.compare_digest(str(told["token"]), token):
            results = [
                TestResult(
                    node_id=f"contract::{item['operation']}",
                    outcome=TestOutcome(item["outcome"]),
                    message=str(item["message"]),
                )
                for item in told["results"]
            ]
            if {result.node_id for result in results} == {f"contract::{name}" for _, name in interface.operations}:
                return results, str(told.get("said", ""))
    except (ValueError, KeyError, TypeError):
        pass
    why = f"the product could not be asked to the end ({ended.ending.value}): {said[-600:]}"
    return [
        TestResult(node_id=f"contract::{name}", outcome=TestOutcome.ERROR, message=why)
        for _, name in interface.operations
    ], said


def _finding(result: TestResult) -> Finding:
    return Finding(
        rule="contract-broken",
        severity=Severity.REJECT,
        node_id=result.node_id,
        reason=f"`{result.node_id.removeprefix('contract::')}` does not answer as its document says: {result.message}",
        remedy="Answer every request with the status codes and bodies that the document allows.",
    )
