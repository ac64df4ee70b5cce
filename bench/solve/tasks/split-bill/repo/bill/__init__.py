"""Splitting a bill among friends."""
