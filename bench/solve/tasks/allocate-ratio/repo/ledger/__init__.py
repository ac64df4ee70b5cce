"""Distributing money."""
