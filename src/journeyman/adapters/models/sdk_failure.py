"""What pydantic-ai raises, as a failure in our own words."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from journeyman.adapters.models.failure import Failure, Reason, is_page

if TYPE_CHECKING:
    from pydantic_ai.exceptions import AgentRunError


@contextmanager
def failures_of_sdk() -> Iterator[None]:
    """Turn the errors of a request into failures.

    Raises:
        Failure: the request failed.
    """
    from pydantic_ai.exceptions import AgentRunError
    from pydantic_ai.exceptions import UserError as Misuse

    try:
        yield
    except Misuse as misuse:
        raise Failure(Reason.MISUSE, str(misuse)) from None
    except json.JSONDecodeError as broken:
        # Some SDKs let a damaged piece of a stream through as it is.
        raise Failure(Reason.BROKEN, f"it sent what is no JSON: {broken}") from None
    except AgentRunError as error:
        raise _failure_of(error) from None


def _failure_of(error: "AgentRunError") -> Failure:
    from pydantic_ai import exceptions

    status = error.status_code if isinstance(error, exceptions.ModelHTTPError) else 0
    reasons = (
        (exceptions.ModelAuthenticationError, Reason.KEY),
        (exceptions.ModelNotFoundError, Reason.MODEL),
        (exceptions.ModelContextWindowExceededError, Reason.WINDOW),
        (exceptions.ModelQuotaExceededError, Reason.QUOTA),
        (exceptions.ModelHTTPError, Reason.STATUS),
        (exceptions.ModelAPIError, Reason.BROKEN),
        (exceptions.UnexpectedModelBehavior, Reason.BROKEN),
    )
    said = str(error)
    return Failure(
        next((reason for kind, reason in reasons if isinstance(error, kind)), Reason.STATUS),
        said,
        status=status,
        retry_after_s=getattr(error, "retry_after", None),
        page=is_page(f"{getattr(error, 'body', '')} {said}"),
    )
