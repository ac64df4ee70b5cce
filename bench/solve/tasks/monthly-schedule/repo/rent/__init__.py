"""Monthly payments."""
