"""An exchange with a model as JSON: a completion goes out and comes back as it was, calls and native parts included."""

import json
from dataclasses import asdict

from journeyman.domain.plain_data import read
from journeyman.domain.prompt import Completion


def write_completion(completion: Completion) -> bytes:
    """Return a completion as JSON. Text that is not Unicode stays what it was, escaped."""
    return json.dumps(asdict(completion), sort_keys=True, separators=(",", ":")).encode()


def read_completion(data: object) -> Completion:
    """Return the completion behind parsed JSON; what an older version did not write takes its default.

    Raises:
        ValueError, TypeError: it is not one.
    """
    return read(Completion, data)
