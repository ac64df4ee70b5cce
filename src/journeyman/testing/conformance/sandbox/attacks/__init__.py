"""Attacks as data: programs that say what they got, in a scene that shows what they harmed."""

from journeyman.testing.conformance.sandbox.attacks.attack import Attack
from journeyman.testing.conformance.sandbox.attacks.kernel import KERNEL
from journeyman.testing.conformance.sandbox.attacks.network import NETWORK
from journeyman.testing.conformance.sandbox.attacks.processes import PROCESSES
from journeyman.testing.conformance.sandbox.attacks.reading import READING
from journeyman.testing.conformance.sandbox.attacks.scene import Scene, scene
from journeyman.testing.conformance.sandbox.attacks.writing import WRITING

ATTACKS: tuple[Attack, ...] = (*READING, *WRITING, *KERNEL, *NETWORK, *PROCESSES)
"""All of them; each is a point of `SandboxAttacks`."""

__all__ = ["ATTACKS", "Attack", "Scene", "scene"]
