"""Sending messages over an unreliable line."""
