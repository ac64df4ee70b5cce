"""A music player."""
