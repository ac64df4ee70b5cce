"""Lines of a settings file."""


def split_setting(line: str) -> tuple[str, str]:
    """Return the name and the value of a line such as "name = value"."""
    name, value = line.split("=")
    return name.strip(), value.strip()


def is_skipped(line: str) -> bool:
    """Say whether a line holds no setting: it is blank or a comment."""
    return line == ""


def section_name(line: str) -> str | None:
    """Return the name in a line such as "[name]", or None."""
    line = line.strip()
    if line.startswith("[") and line.endswith("]"):
        return line[1:-1].strip()
    return None
