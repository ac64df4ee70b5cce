"""Facts about the calendar."""
