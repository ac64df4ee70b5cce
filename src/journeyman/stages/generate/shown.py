"""How code and lists are shown in prompts, for every strategy alike."""

from journeyman.domain.context import Context


def code_of(context: Context, *, last: str = "") -> str:
    """Show a context as Markdown; the file `last` comes last: what a small model read last it heeds most."""
    parts = []
    for snippet in sorted(context.snippets, key=lambda snippet: snippet.path == last):
        where = snippet.path if snippet.start_line == 1 else f"{snippet.path}, from line {snippet.start_line}"
        suffix = snippet.path.rpartition(".")[2]
        language = "python" if suffix == "py" else suffix
        parts.append(f"### {where}\n```{language}\n{snippet.text.rstrip()}\n```")
    return "\n\n".join(parts)


def bullets(title: str, items: list[str]) -> str:
    """Return a list under a title; nothing for no items."""
    return f"## {title}\n\n" + "\n".join(f"- {item}" for item in items) if items else ""
