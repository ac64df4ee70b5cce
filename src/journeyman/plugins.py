"""Plug-in look-up: `scheme:rest`, where the scheme names an entry point. Built-ins use the same groups."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from journeyman.domain.errors import UserError
from journeyman.settings import Settings

Factory = Callable[[str, Settings], AbstractAsyncContextManager[object]]
"""What an entry point loads: `open(rest, settings)`, used with `async with`."""


def split_locator(locator: str) -> tuple[str, str]:
    """Return (scheme, rest) of `scheme:rest`; the scheme is empty when there is no colon."""
    scheme, colon, rest = locator.partition(":")
    return (scheme, rest) if colon else ("", locator)


def schemes(port: str) -> tuple[str, ...]:
    """Return the schemes known for a port (`models`, `sources`, `sandboxes`, `forges`), sorted."""
    return tuple(sorted({point.name for point in _points(port)}))


def find_factory(port: str, scheme: str) -> Factory:
    """Return the factory behind a scheme.

    Raises:
        UserError: nobody registered the scheme, or its extra is not installed.
    """
    point = next((point for point in _points(port) if point.name == scheme), None)
    if point is None:
        known = ", ".join(f"{name}:" for name in schemes(port))
        singular = port.removesuffix("es") if port.endswith("xes") else port.removesuffix("s")
        raise UserError(f"unknown {singular} scheme `{scheme}`", remedy=f"Known: {known}")
    try:
        loaded: Factory = point.load()
    except ImportError as error:
        raise UserError(
            f"`{scheme}:` needs a package that is not installed ({error.name})",
            remedy=f"Install it with: pip install 'journeyman[{scheme.partition('+')[0]}]'",
        ) from error
    return loaded


def load_all(port: str) -> dict[str, Any]:
    """Return name → what its entry point loads, sorted by name, for ports whose every plug-in is asked."""
    return {point.name: point.load() for point in sorted(_points(port), key=lambda point: point.name)}


def _points(port: str) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=f"journeyman.{port}"))
