"""Looking up settings."""


def lookup(settings: dict[str, dict[str, str]], path: str, default: str = "") -> str:
    """Return the setting at "section.name", or `default`."""
    section, _, name = path.rpartition(".")
    return settings.get(section, {}).get(name, default)
