"""Every word said to a model: one Markdown file per prompt, rendered strictly."""

from journeyman.prompts.render import fragment, render
from journeyman.prompts.tokens import estimate_tokens

__all__ = ["estimate_tokens", "fragment", "render"]
