"""The conformance suite of runners: one sample per test tool, for any judge."""

from journeyman.testing.conformance.judge.languages.command_samples import COMMAND
from journeyman.testing.conformance.judge.languages.go_sample import GO
from journeyman.testing.conformance.judge.languages.java_sample import MAVEN
from journeyman.testing.conformance.judge.languages.node_samples import JEST, MOCHA, NODE_TEST, VITEST
from journeyman.testing.conformance.judge.languages.rust_sample import CARGO
from journeyman.testing.conformance.judge.languages.sample import Sample
from journeyman.testing.conformance.judge.languages.unittest_sample import UNITTEST

SAMPLES: tuple[Sample, ...] = (UNITTEST, NODE_TEST, JEST, VITEST, MOCHA, GO, CARGO, MAVEN, COMMAND)

__all__ = ["SAMPLES", "Sample"]
