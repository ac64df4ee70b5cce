"""Differential quality: what a candidate made worse of coverage, lint and types; what was bad before stays."""

from journeyman.judge.quality.differential import Differential

__all__ = ["Differential"]
