"""The command line: one module per noun of command, imported only when it is used."""

from journeyman.cli.root import main

__all__ = ["main"]
