"""The self-correcting path from a spec to a reviewed pull request."""

__version__ = "0.1.0"
