"""The seam to what a model may ask for: ToolCall -> ToolResult."""

from typing import Protocol

from journeyman.domain.prompt import Tool, ToolCall, ToolResult


class Tools(Protocol):
    """A set of tools that stays the same for a whole conversation."""

    @property
    def offered(self) -> tuple[Tool, ...]:
        """What there is, in an order that never changes."""
        ...

    async def call(self, call: ToolCall) -> ToolResult:
        """Do what is asked for.

        A call that is unknown, malformed or fails is a result that says so, not an error.

        Raises:
            AdapterError: the world behind the tools failed.
        """
        ...
