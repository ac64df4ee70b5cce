"""The inner seam of the judge: world in, measurement out."""

from pathlib import Path
from typing import Protocol

from journeyman.judge.measurement import Measurement
from journeyman.judge.suite import Suite


class Runner(Protocol):
    """One test tool, started in a sandbox over a world the judge built."""

    async def measure(self, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()) -> Measurement:
        """Run the whole suite once, sentinels sown into it, and return what it did.

        Args:
            world: the directory of the tree to measure.
            suite: how the base describes its tests.
            newcomers: modules the base did not have; the measurement says which are installed as well.

        Raises:
            UserError: the tool is not installed in the project's environment.
            AdapterError: the sandbox could not be made.
        """
        ...
