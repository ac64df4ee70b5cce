"""Lines of limited width."""


def wrap(text: str, width: int) -> list[str]:
    """Return the words of `text` in lines of at most `width` characters."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if not line:
            line = word
        elif len(line) + 1 + len(word) <= width:
            line += " " + word
        else:
            lines.append(line)
            line = word
    if line:
        lines.append(line)
    return lines
