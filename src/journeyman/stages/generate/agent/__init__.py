"""The agent strategy: one conversation, few tools, all of them in a sandbox, and a finish that the harness decides."""

from journeyman.stages.generate.agent.strategy import Agent, Bench

__all__ = ["Agent", "Bench"]
