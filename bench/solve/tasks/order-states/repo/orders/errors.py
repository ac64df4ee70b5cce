"""What can go wrong."""


class BadMove(Exception):
    """An order was asked to go to a state it cannot reach from where it is."""
