"""Delivers runs on demand, each in a process of its own that may be killed at any moment.

Reads ids of runs from standard input, one a line; prints `pid N` when a delivery has begun and `status N` when its
process has ended. The modules are loaded once, so that a hundred deliveries take seconds.
"""

import asyncio
import os
import sys
from pathlib import Path

from journeyman.adapters.forges import github
from journeyman.assembly import engine_for, open_desk, open_event_log, open_project
from journeyman.eventlog import record_forge
from journeyman.settings import load_settings

LOADED = (github, record_forge)


async def deliver(run: str, repo: Path) -> None:
    async with open_event_log(load_settings()) as log:
        first = await open_project(repo, base="HEAD")
        change = await engine_for(first, log).proposed(run)
        project = await open_project(repo, base=change.base)
        async with open_desk(project, log, run, forge="github:acme/widgets") as desk:
            await engine_for(project, log).deliver(run, desk)


def main() -> None:
    repo = Path(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if not child:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                asyncio.run(deliver(line.strip(), repo))
            except BaseException as error:  # noqa: BLE001 - the edge of this process
                os.write(2, f"{line.strip()}: {error!r}\n".encode())
                os._exit(1)
            os._exit(0)
        print(f"pid {child}", flush=True)  # noqa: T201 - its protocol
        _, status = os.waitpid(child, 0)
        print(f"status {status}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
