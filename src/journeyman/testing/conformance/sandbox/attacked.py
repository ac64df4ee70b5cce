"""The attacks of `attacks/` as points. Each of them gets something on a runner that only starts a subprocess."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from journeyman.domain.command import Ending
from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.attacks import ATTACKS, Attack, scene
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms

_Point = Callable[["SandboxAttacks", Sandbox, Path], Awaitable[None]]


class SandboxAttacks(SandboxPrograms):
    """Secrets, writing, tampering, kernel, network, processes: one method for each of `ATTACKS`."""

    async def attack(self, attack: Attack, sandbox: Sandbox, workspace: Path) -> None:
        """Let an attack run in a scene; it must get nothing and harm nothing."""
        with scene(workspace.parent) as there:
            (workspace / "host.json").write_text(json.dumps(there.known))
            command = self.program(attack.program, workspace)
            result = await sandbox.run(replace(command, limits=attack.limits))
            assert result.ending is Ending.EXITED, result
            assert result.exit_status == 0, result
            got = json.loads(result.output.splitlines()[-1])
            assert (got, there.damage()) == ([], []), f"{attack.title}: got {got}, {there.damage()}"


def _point(attack: Attack) -> _Point:
    async def test(self: SandboxAttacks, sandbox: Sandbox, workspace: Path) -> None:
        await self.attack(attack, sandbox, workspace)

    test.__doc__ = attack.title
    return test


for _attack in ATTACKS:
    setattr(SandboxAttacks, f"test_{_attack.name}", _point(_attack))
