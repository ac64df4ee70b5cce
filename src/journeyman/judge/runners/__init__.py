"""Runners: one per test tool, all answering with the same measurement."""

from journeyman.judge.runners.runner import Runner

__all__ = ["Runner"]
