"""The hermetic judge: a new world from the base commit, and nothing a candidate says is believed."""

from journeyman.judge.hermetic import HermeticJudge

__all__ = ["HermeticJudge"]
