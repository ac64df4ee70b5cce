"""Runners: one per test tool, all answering with the same measurement."""

from journeyman.judge.runners.runner import Runner, RunnerFactory, TreeView, Workbench

__all__ = ["Runner", "RunnerFactory", "TreeView", "Workbench"]
