"""Probing: questions that tell accepted candidates apart. Spec, tests and candidates -> Probes.

A probe is a test's own body, an example of the spec or a call by signature. What an assertion looks at is told
instead of judged, and then one literal at a time is changed: where nobody wrote down what is right, candidates
that agree are more likely to be.
"""

from journeyman.pipeline.probing.probes import probes_for

__all__ = ["probes_for"]
