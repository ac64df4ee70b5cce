"""Every word said to a model: one Markdown file per prompt, rendered strictly."""
