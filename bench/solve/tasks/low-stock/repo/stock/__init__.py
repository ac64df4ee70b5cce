"""A stock room."""
