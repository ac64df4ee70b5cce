"""Releases of a program."""
