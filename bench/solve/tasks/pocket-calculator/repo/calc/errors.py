"""What can go wrong."""


class CalcError(Exception):
    """The text is not a sum that can be worked out."""
