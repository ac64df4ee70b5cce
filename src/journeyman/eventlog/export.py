"""The log as JSON lines: one record a line, in canonical JSON but for the digest at its end."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator

import rfc8785

from journeyman.domain.errors import UserError
from journeyman.eventlog.chain import Row, line
from journeyman.eventlog.verify import StoredLog

_AGAIN = "Export the run again."


async def export(log: StoredLog, run: str) -> AsyncIterator[str]:
    """Yield the records of a run, oldest first, without line ends.

    Raises:
        UserError: there is no such run, or a record is too damaged to be a line of JSON.
    """
    rows = await log.rows(run)
    if not rows:
        raise UserError(f"there is no run `{run}` in this log", remedy="List the runs that are there.")
    for row in rows:
        text = line(row)
        if not _is_one_line_of_json(text):
            raise UserError(f"record {row.sequence} is damaged", remedy="Verify the log first.")
        yield text


def read_export(lines: Iterable[str]) -> Iterator[Row]:
    """Yield the rows behind exported lines, ready to be verified; blank lines are passed over.

    Raises:
        UserError: a line is no exported record.
    """
    for number, text in enumerate(lines, 1):
        if text.strip():
            yield _row(number, text)


def _is_one_line_of_json(text: str) -> bool:
    try:
        json.loads(text.encode())
    except (ValueError, RecursionError):
        return False
    return "\n" not in text


def _row(number: int, text: str) -> Row:
    try:
        fields = json.loads(text)
        data = rfc8785.dumps(fields.pop("data")).decode()
        row = Row(data=data, **fields)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise UserError(f"line {number} is no exported record: {error}", remedy=_AGAIN) from error
    texts = (row.run, row.key, row.at, row.kind, row.previous, row.digest)
    if type(row.sequence) is not int or not all(isinstance(value, str) for value in texts):
        raise UserError(f"line {number} is no exported record: a field has the wrong type", remedy=_AGAIN)
    return row
