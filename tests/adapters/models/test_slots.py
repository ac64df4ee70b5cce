"""Evaluated prompts kept for the local server's slots."""

from pathlib import Path

import httpx

from journeyman.adapters.models.slots import Slots


def _gone(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("the server died", request=request)


async def test_a_server_that_is_gone_has_nothing_to_restore(tmp_path: Path) -> None:
    (tmp_path / "a.text").write_text("what was evaluated")
    (tmp_path / "a.state").write_bytes(b"state")
    transport = httpx.MockTransport(_gone)
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", transport=transport) as http:
        slots = Slots(http, tmp_path, count=1)
        async with slots.lease("what was evaluated") as slot:
            assert await slots.restore(slot, "what was evaluated") is False
