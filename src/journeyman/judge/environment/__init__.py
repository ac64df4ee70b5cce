"""The environment that tests run in: built from the base commit's lock files, in a sandbox, once.

Never the agent's own, never the working directory's: what a candidate installed or changed decides nothing.
"""

from journeyman.judge.environment.build import EnvironmentBuilder, Workplace
from journeyman.judge.environment.choose import Choice
from journeyman.judge.environment.environment import Environment
from journeyman.judge.environment.machine import machine_indexes
from journeyman.judge.environment.shelf import Shelf

__all__ = ["Choice", "Environment", "EnvironmentBuilder", "Shelf", "Workplace", "machine_indexes"]
