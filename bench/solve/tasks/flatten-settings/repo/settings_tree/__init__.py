"""Nested settings."""
