"""How long a command takes that does nothing: bare, and in the sandbox. `python bench/sandbox_start.py [RUNS]`."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.domain.command import Command
from journeyman.settings import load_settings


async def measure(runs: int) -> dict[str, list[float]]:
    """Run both in turn, so that what else the machine does meets both; return ms per run."""
    taken: dict[str, list[float]] = {"bare": [], "sandbox": []}
    with tempfile.TemporaryDirectory() as workspace:
        command = Command(argv=("/usr/bin/true",), workspace=Path(workspace))
        async with open_sandbox("", load_settings(environment={})) as sandbox:
            for _ in range(runs):
                started = time.perf_counter()
                await asyncio.to_thread(subprocess.run, command.argv, check=True, env={})
                taken["bare"].append(1000 * (time.perf_counter() - started))
                started = time.perf_counter()
                result = await sandbox.run(command)
                taken["sandbox"].append(1000 * (time.perf_counter() - started))
                assert result.exit_status == 0, result
            print(result.sandbox)
    return taken


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 80
    for name, values in asyncio.run(measure(runs)).items():
        p95 = statistics.quantiles(values, n=20)[-1]
        print(f"{name:8} median {statistics.median(values):6.1f} ms   p95 {p95:6.1f} ms   ({runs} runs)")


if __name__ == "__main__":
    main()
