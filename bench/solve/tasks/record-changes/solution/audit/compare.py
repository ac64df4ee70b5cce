"""Comparing records."""

from audit.change import Change


def compare(old: dict[str, object], new: dict[str, object]) -> list[Change]:
    """Return the changes that lead from `old` to `new`, sorted by field."""
    changes = []
    for field in sorted(old.keys() | new.keys()):
        if field not in old:
            changes.append(Change("added", field, None, new[field]))
        elif field not in new:
            changes.append(Change("removed", field, old[field], None))
        elif old[field] != new[field]:
            changes.append(Change("changed", field, old[field], new[field]))
    return changes
