"""What decides how a local model is served; two runs that agree on all of it share one server."""

import os
from dataclasses import dataclass

from journeyman.adapters.models.weights import Weights
from journeyman.domain.digest import digest_noun
from journeyman.settings import ModelSettings

_MOST_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Weights and parameters of one server."""

    model_path: str
    model_name: str
    model_sha256: str
    threads: int
    slots: int
    """Requests decoded at once."""
    context_tokens: int
    """Of one slot."""
    port: int = 0
    """0 means any free one."""

    @property
    def key(self) -> str:
        """Name of the directory the users of this server meet in."""
        return f"{self.model_sha256[:12]}-{digest_noun(self)[:12]}"


def plan_serving(weights: Weights, settings: ModelSettings, *, port: int = 0) -> Serving:
    """Return how to serve these weights under these settings, on this machine."""
    return Serving(
        model_path=str(weights.path),
        model_name=weights.name,
        model_sha256=weights.sha256,
        threads=settings.threads or min(len(os.sched_getaffinity(0)), _MOST_THREADS),
        slots=max(settings.slots, 1),
        context_tokens=settings.context_tokens,
        port=port,
    )
