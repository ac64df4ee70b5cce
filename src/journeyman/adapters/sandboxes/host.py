"""What is known of this machine once a sandbox is open."""

from dataclasses import dataclass
from pathlib import Path

from journeyman.adapters.sandboxes.ceilings import Ceilings
from journeyman.adapters.sandboxes.owners import Owners
from journeyman.domain.command import Mount


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """A bubblewrap executable."""

    path: Path
    version: str
    needs: tuple[Path, ...] = ()
    """Itself, or its directory and the one of the libraries it brings, which must stay beside each other;
    empty below /usr, where everyone reaches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Everything a run needs beside its command."""

    binary: Binary
    ceilings: Ceilings
    mounts: tuple[Mount, ...] = ()
    """Shown in every sandbox."""
    owners: Owners | None = None
    """Lends workspaces to the uid that bubblewrap runs as, when the product itself runs as root."""
    name: str = "bwrap"
    """What bubblewrap calls itself, so that the guard finds it."""
    disable_userns: bool = True
    """Whether bubblewrap can forbid further user namespaces here; seccomp forbids them anyway."""

    @property
    def drop_to(self) -> int | None:
        """The uid and gid to run bubblewrap as; None when it is the product's own."""
        return self.owners.uid if self.owners else None

    @property
    def label(self) -> str:
        """Say which driver this is and how strict its ceilings are."""
        return f"bubblewrap {self.binary.version} ({self.ceilings.name})"
