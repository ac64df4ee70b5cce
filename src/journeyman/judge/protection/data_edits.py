"""What was done to a file of test data, in words. Data must be the same to the byte; this only explains."""

import json

from journeyman.judge.protection.edit import TestEdit


def read_data_edits(before: bytes, after: bytes | None) -> tuple[TestEdit, ...]:
    """Return the one edit that turns a data file into another, or into nothing."""
    if before == after:
        return ()
    if after is None:
        return (TestEdit("file-deleted", "", 0, "deletes the data"),)
    if not after.strip() or _size(after) == 0:
        return (TestEdit("data-emptied", "", 0, "empties the data"),)
    was, now = _size(before), _size(after)
    if was is not None and now is not None and now < was:
        return (TestEdit("rows-removed", "", 0, f"removes {was - now} of {was} entries from the data"),)
    if was is not None and now is not None and now > was:
        return (TestEdit("data-changed", "", _first_difference(before, after), "adds entries to the data"),)
    return (TestEdit("data-changed", "", _first_difference(before, after), "changes the data"),)


def _size(content: bytes) -> int | None:
    """Return how many entries a JSON list or object holds; None for anything else."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return len(document) if isinstance(document, list | dict) else None


def _first_difference(before: bytes, after: bytes) -> int:
    pairs = enumerate(zip(before.splitlines(), after.splitlines(), strict=False), 1)
    same = min(before.count(b"\n"), after.count(b"\n"))
    return next((number for number, (old, new) in pairs if old != new), same + 1)
