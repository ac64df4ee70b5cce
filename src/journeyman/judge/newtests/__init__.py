"""New tests: what they are worth. They count when they fail without the change, or notice when it is broken."""

from journeyman.judge.newtests.gate import GateLimits, NewTests, weigh

__all__ = ["GateLimits", "NewTests", "weigh"]
