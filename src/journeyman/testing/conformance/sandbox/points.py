"""The suite without pytest: every test as a coroutine function with an area and a title."""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.attacks import ATTACKS
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms

_AREAS = {
    "SandboxBehaviour": "behaviour",
    "SandboxIsolation": "isolation",
    "SandboxCeilings": "resources",
    "SandboxExhaustion": "resources",
    "SandboxPatience": "time",
    "SandboxNetwork": "network",
    "SandboxTruth": "forging",
    "SandboxOblivion": "leaks",
    "SandboxComforts": "comforts",
    "SandboxStreaming": "streaming",
    "SandboxWarmth": "warm sandboxes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that a sandbox must do or keep from happening."""

    name: str
    area: str
    title: str
    check: Callable[[Sandbox, Path], Awaitable[None]]
    """Given an open sandbox and an empty directory whose parent belongs to this point alone; raises
    AssertionError when it does not hold."""


def points_of(suite: SandboxPrograms) -> Iterator[Point]:
    """Yield the points of a suite, class by class in the order they are written.

    Raises:
        RuntimeError: Python runs without assertions, and so could not find anything.
    """
    if not __debug__:
        raise RuntimeError("the suite cannot be run with python -O")
    attacks = {f"test_{attack.name}": attack for attack in ATTACKS}
    for owner in reversed(type(suite).__mro__):
        for name, function in vars(owner).items():
            if name.startswith("test_") and inspect.iscoroutinefunction(function):
                attack = attacks.get(name)
                yield Point(
                    name=name.removeprefix("test_"),
                    area=attack.area if attack else _AREAS.get(owner.__name__, owner.__name__),
                    title=attack.title if attack else name.removeprefix("test_").replace("_", " "),
                    check=getattr(suite, name),
                )
