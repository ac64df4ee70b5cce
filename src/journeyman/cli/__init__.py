"""The command line: one module per noun of command."""
