"""What can go wrong."""


class BadLine(Exception):
    """A line of the table cannot be read; the message says why."""
