"""ingest: locator -> Spec, and whether that is ready to be worked from."""

from journeyman.stages.ingest.readiness import RULES, Rule, Surroundings, objections_to, strictly
from journeyman.stages.ingest.reading import ingest

__all__ = ["RULES", "Rule", "Surroundings", "ingest", "objections_to", "strictly"]
