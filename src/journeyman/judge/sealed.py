"""The seal: what a report says, each line checked against what only our own part in the sandbox can make."""

import hmac
import json
from collections.abc import Iterator

BROKEN = "the report holds a line that the reporter did not write"


def unseal(report: bytes, key: bytes) -> Iterator[list[str] | None]:
    """Yield the fields of each line; None, once and last, for a line that somebody else wrote.

    A line that was cut off, as the last one is when the run was ended from outside, is none.
    """
    seal = hmac.new(key, digestmod="sha256")
    *whole, _cut_off = report.split(b"\n")
    for line in whole:
        text, _, mark = line.rpartition(b"\t")
        seal.update(text)
        if not hmac.compare_digest(mark, seal.hexdigest().encode()):
            yield None
            return
        yield json.loads(text)
