"""`test:NODE_ID`: a failing test is the spec."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from journeyman.domain.digest import digest_bytes
from journeyman.domain.errors import UserError
from journeyman.domain.spec import Criterion, Source, Spec
from journeyman.settings import Settings


class TestSource:
    """Takes one failing test, or every failing test of a file, as the spec."""

    __test__ = False

    async def load(self, rest: str) -> Spec:
        """Return a spec that asks for the test to pass; that it exists and fails is measured later.

        Raises:
            UserError: it cannot be a node id.
        """
        path = rest.partition("::")[0]
        if not path or path.startswith("/") or ".." in path.split("/"):
            raise UserError(
                f"`{rest}` is not a test id", remedy="Write it as the runner does: tests/test_x.py::test_name."
            )
        return Spec(
            title=f"Make {rest} pass",
            intent=f"The test {rest} fails. Change the product so that it passes; the test is right.",
            source=Source(locator=f"test:{rest}", digest=digest_bytes(rest.encode())),
            criteria=(Criterion(id="AC-1", text=f"{rest} passes", tests=(rest,)),),
            must_pass=(rest,),
        )


@asynccontextmanager
async def open_source(_rest: str, _settings: Settings) -> AsyncIterator[TestSource]:
    """Open the source; there is nothing to close."""
    yield TestSource()
