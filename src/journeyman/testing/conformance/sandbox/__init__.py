"""What every sandbox must do, as tests: subclass `SandboxConformance` in a pytest module of yours.

```python
class TestMySandbox(SandboxConformance):
    @pytest.fixture
    async def sandbox(self):
        async with open_sandbox("", settings) as sandbox:
            yield sandbox

    @pytest.fixture
    def workspace(self, tmp_path):  # empty; its parent belongs to this test alone
        (workspace := tmp_path / "workspace").mkdir()
        return workspace
```

The tests are coroutines: use pytest-asyncio with `asyncio_mode = auto`. Without pytest, `points_of` lists them.
`interpreter` and `mounts` say which Python (3.11 or newer) runs inside; by default it is whatever `python3` the
sandbox has.
"""

from journeyman.testing.conformance.sandbox.attacked import SandboxAttacks
from journeyman.testing.conformance.sandbox.behaviour import SandboxBehaviour
from journeyman.testing.conformance.sandbox.ceilings import SandboxCeilings
from journeyman.testing.conformance.sandbox.comforts import SandboxComforts
from journeyman.testing.conformance.sandbox.exhaustion import SandboxExhaustion, SandboxPatience
from journeyman.testing.conformance.sandbox.isolation import SandboxIsolation
from journeyman.testing.conformance.sandbox.network import SandboxNetwork
from journeyman.testing.conformance.sandbox.points import Point, points_of
from journeyman.testing.conformance.sandbox.streaming import SandboxStreaming
from journeyman.testing.conformance.sandbox.truthful import SandboxOblivion, SandboxTruth
from journeyman.testing.conformance.sandbox.warm import SandboxWarmth

__all__ = [
    "Point",
    "SandboxAttacks",
    "SandboxBehaviour",
    "SandboxCeilings",
    "SandboxComforts",
    "SandboxConformance",
    "SandboxExhaustion",
    "SandboxIsolation",
    "SandboxNetwork",
    "SandboxOblivion",
    "SandboxPatience",
    "SandboxStreaming",
    "SandboxTruth",
    "SandboxWarmth",
    "points_of",
]


class SandboxConformance(
    SandboxBehaviour,
    SandboxIsolation,
    SandboxNetwork,
    SandboxCeilings,
    SandboxAttacks,
    SandboxExhaustion,
    SandboxPatience,
    SandboxTruth,
    SandboxOblivion,
    SandboxComforts,
    SandboxStreaming,
    SandboxWarmth,
):
    """Everything."""
