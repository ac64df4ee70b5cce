"""Event <-> canonical JSON (RFC 8785), generic over the event classes.

Every field is written, so a log reads without knowing defaults. On the way back an unknown kind is an
error, a missing field takes its default and an unknown field is passed over: an older log stays
readable for ever, a newer one as far as its kinds are known.
"""

import json
import typing

import rfc8785

from journeyman.domain.errors import UserError
from journeyman.domain.event import EVENT_KINDS, Event
from journeyman.domain.plain_data import plain, read

_UPGRADE = "Read this log with the version of Journeyman that wrote it, or a newer one."
_DAMAGED = "Verify the log: the record may have been altered."


def encode(event: Event) -> str:
    """Return the fields of an event as canonical JSON.

    Text that is not Unicode (a path of stray bytes) is written with its bytes escaped.

    Raises:
        ValueError: a number that JSON cannot hold exactly: not finite, or an integer of 2**53 and more.
    """
    return rfc8785.dumps(typing.cast("dict[str, typing.Any]", plain(event))).decode()


def decode(kind: str, text: str) -> Event:
    """Return the event behind its kind and canonical JSON.

    Raises:
        UserError: the kind is unknown, or the text is not such an event.
    """
    event = EVENT_KINDS.get(kind)
    if event is None:
        raise UserError(f"unknown kind of event `{kind}`", remedy=_UPGRADE)
    try:
        return read(event, json.loads(text))
    except (ValueError, TypeError) as error:
        raise UserError(f"not a `{kind}` event: {error}", remedy=_DAMAGED) from error
