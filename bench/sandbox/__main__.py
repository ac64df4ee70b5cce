"""What the sandbox costs, beside running bare and beside others: `python -m bench.sandbox [--runs N] [--only PART]`.

Everything is measured in turn with its bare counterpart, so that what else the machine does meets both. Two
figures per line: the median, and the tenth percentile, which a busy machine disturbs less. Others are measured
where they are installed: firejail, nsjail, `srt` of the npm sandbox runtime (SRT=/path/to/srt), and an image of a
running Docker (DOCKER=unix-socket DOCKER_IMAGE=name). Parts: start, work, workspace, many, cancel.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from bench.sandbox.measures import cancelling, many_at_once, starts, workspaces
from bench.sandbox.suite_of_tests import work

from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.settings import load_settings

PARTS = {"start": starts, "work": work, "workspace": workspaces, "many": many_at_once, "cancel": cancelling}


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--only", choices=PARTS, action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        async with open_sandbox("", load_settings(environment={})) as sandbox:
            for name in options.only or PARTS:
                print(f"\n## {name}\n")
                (directory := Path(place, name)).mkdir()
                await PARTS[name](sandbox, directory, options.runs)


if __name__ == "__main__":
    asyncio.run(main())
