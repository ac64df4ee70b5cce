"""Edits to texts."""
