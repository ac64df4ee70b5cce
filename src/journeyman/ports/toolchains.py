"""The seam to toolchains: the name of a tool -> how it is run inside a sandbox."""

from typing import Protocol

from journeyman.domain.toolchain import Toolchain


class Toolchains(Protocol):
    """Knows which tools of other languages there are, and what they need to be seen."""

    def find(self, tool: str, *, root: str = "") -> Toolchain | None:
        """Return a tool by its usual name (`node`, `go`, `cargo`, `mvn`); None when there is none.

        Args:
            tool: the command.
            root: folder of the project it is for; what that folder's dependencies need comes along.
        """
        ...
