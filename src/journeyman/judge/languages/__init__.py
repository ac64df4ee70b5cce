"""Languages: how a change is read before anything is run, one module per language."""

from journeyman.judge.languages.language import Language

__all__ = ["Language"]
