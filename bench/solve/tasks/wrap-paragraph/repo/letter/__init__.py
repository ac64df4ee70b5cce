"""Plain-text letters."""
