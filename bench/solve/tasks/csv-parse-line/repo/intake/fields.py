"""Fields of one line."""
