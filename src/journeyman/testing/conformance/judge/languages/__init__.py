"""The conformance suite of runners: one sample per test tool, for any judge."""

from journeyman.testing.conformance.judge.languages.node_samples import JEST, MOCHA, NODE_TEST, VITEST
from journeyman.testing.conformance.judge.languages.sample import Sample
from journeyman.testing.conformance.judge.languages.unittest_sample import UNITTEST

SAMPLES: tuple[Sample, ...] = (UNITTEST, NODE_TEST, JEST, VITEST, MOCHA)

__all__ = ["SAMPLES", "Sample"]
