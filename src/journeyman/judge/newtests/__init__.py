"""New tests: what they are worth. They count when they fail without the change, or notice when it is broken."""

from journeyman.judge.newtests.gate import weigh
from journeyman.judge.newtests.new_tests import GateLimits, NewTests

__all__ = ["GateLimits", "NewTests", "weigh"]
