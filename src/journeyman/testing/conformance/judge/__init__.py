"""The tampering suite: one tiny project with a bug, and every published way to make it look mended."""

from journeyman.testing.conformance.judge.additions import ADDITION_ATTACKS
from journeyman.testing.conformance.judge.attack import Attack, Bench
from journeyman.testing.conformance.judge.configuration import CONFIGURATION_ATTACKS
from journeyman.testing.conformance.judge.controls import CONTROLS, control
from journeyman.testing.conformance.judge.environment import ENVIRONMENT_ATTACKS
from journeyman.testing.conformance.judge.lies import LIE_ATTACKS
from journeyman.testing.conformance.judge.product import PRODUCT_ATTACKS
from journeyman.testing.conformance.judge.project import BUGGY, HONEST, PRODUCT, PROJECT, RED
from journeyman.testing.conformance.judge.suite import SUITE_ATTACKS
from journeyman.testing.conformance.judge.surroundings import SURROUNDING_ATTACKS

ATTACKS = (
    *(*SUITE_ATTACKS, *CONFIGURATION_ATTACKS, *ENVIRONMENT_ATTACKS),
    *(*PRODUCT_ATTACKS, *ADDITION_ATTACKS, *SURROUNDING_ATTACKS, *LIE_ATTACKS),
)

__all__ = ["ATTACKS", "BUGGY", "CONTROLS", "HONEST", "PRODUCT", "PROJECT", "RED", "Attack", "Bench", "control"]
