"""Values that are kept for a short time."""
