"""Comparing records."""
