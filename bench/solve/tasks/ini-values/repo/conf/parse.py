"""Whole settings files."""

from conf.lines import is_skipped, section_name, split_setting


def parse(text: str) -> dict[str, dict[str, str]]:
    """Return the settings of each section; those before any section are under ""."""
    settings: dict[str, dict[str, str]] = {}
    section = ""
    for line in text.splitlines():
        if is_skipped(line):
            continue
        name = section_name(line)
        if name is not None:
            section = name
            settings.setdefault(section, {})
            continue
        key, value = split_setting(line)
        settings.setdefault(section, {})[key] = value
    return settings
