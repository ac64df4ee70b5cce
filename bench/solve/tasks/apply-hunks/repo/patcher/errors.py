"""What can go wrong."""


class HunkError(Exception):
    """An edit does not fit; the message says which line and why."""
