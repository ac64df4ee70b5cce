"""Spec + Context (+ failures) -> Candidate; one module per strategy."""
