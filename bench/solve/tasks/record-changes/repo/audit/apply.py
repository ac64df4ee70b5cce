"""Repeating changes."""

from audit.change import Change


def apply(record: dict[str, object], changes: list[Change]) -> dict[str, object]:
    """Return a copy of `record` with the changes made."""
    result = dict(record)
    for change in changes:
        if change.kind == "removed":
            del result[change.field]
        else:
            result[change.field] = change.new
    return result
