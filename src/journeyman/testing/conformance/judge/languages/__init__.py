"""The conformance suite of runners: one sample per test tool, for any judge."""

from journeyman.testing.conformance.judge.languages.sample import Sample
from journeyman.testing.conformance.judge.languages.unittest_sample import UNITTEST

SAMPLES: tuple[Sample, ...] = (UNITTEST,)

__all__ = ["SAMPLES", "Sample"]
