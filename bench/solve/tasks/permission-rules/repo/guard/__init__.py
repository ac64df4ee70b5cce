"""Permissions on paths."""
