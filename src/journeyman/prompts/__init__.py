"""Every word said to a model: one Markdown file per prompt, rendered strictly."""

from journeyman.prompts.render import fragment, render

__all__ = ["fragment", "render"]
