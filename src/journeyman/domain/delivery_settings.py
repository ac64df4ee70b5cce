"""Settings of what leaves the machine: sections of `journeyman.toml` like those in `settings`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeSettings:
    """`[forge]`: where accepted changes go; where the forge is and its token are the person's, see `services`."""

    forge: str = "local:"
    """`local:`, `github:OWNER/REPO`, `gitlab:GROUP/PROJECT` or `gitea:OWNER/REPO`."""
    draft: bool = True
    """Open pull requests as drafts; a person marks them ready."""
    labels: tuple[str, ...] = ("journeyman",)
    reviewers: tuple[str, ...] = ()
    """Asked for a review of every change: `name` or `organisation/team`."""
    code_owners: bool = True
    """Ask the owners of what changes too, by the base's own CODEOWNERS."""
    receipt: bool = True
    """Comment once on each pull request: what was pushed, and what it was judged against."""
    moved_base: str = "note"
    """When the target branch has moved on since the judgement: `note` says so, `refuse` delivers nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiSettings:
    """`[ci]`: what is started for a delivered change; hearing what became of it needs nothing here."""

    trigger: str = ""
    """`workflow:FILE`, `event:TYPE`, `pipeline` or an https address; empty when pull requests start CI themselves."""
    deploy: str = ""
    """Likewise, with the merged commit, after a person has merged; empty deploys nothing."""
    repairs: int = 2
    """Rounds with the failing jobs as evidence, at most 2; 0 hands over at once."""
