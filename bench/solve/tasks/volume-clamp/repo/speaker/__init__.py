"""A speaker with buttons."""
