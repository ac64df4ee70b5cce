"""Waiting for CI: polled until it has ended or the time is up."""

import asyncio

from journeyman.domain.ci import CiReport, CiState
from journeyman.pipeline.ci_desk import CiDesk

_POLL_S = 10.0


async def heard_within(desk: CiDesk, wait_s: float) -> CiReport:
    """Poll until the jobs have ended or the time is up; silence means that CI is late, not that there is none."""
    loop = asyncio.get_running_loop()
    until_s = loop.time() + wait_s
    report = await desk.hear()
    while report.state in (CiState.NONE, CiState.RUNNING) and loop.time() < until_s:
        await asyncio.sleep(min(_POLL_S, max(0.05, until_s - loop.time())))
        report = await desk.hear()
    return report
