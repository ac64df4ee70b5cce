"""Interleaved timings and the table they make."""

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping

Action = Callable[[], Awaitable[object]]


async def interleaved(actions: Mapping[str, Action], runs: int) -> dict[str, list[float]]:
    """Run each action `runs` times, in a new order each round; return ms per run."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs):
        for name in random.sample(list(actions), len(actions)):
            started = time.perf_counter()
            await actions[name]()
            taken[name].append(1000 * (time.perf_counter() - started))
    return taken


def show(taken: Mapping[str, list[float]], *, bare: str) -> None:
    """Print median and tenth percentile, and what each is over the bare one."""
    print(f"| | median ms | over {bare} | x | p10 ms | over {bare} |\n|---|---|---|---|---|---|")
    middle, low = statistics.median(taken[bare]), _tenth(taken[bare])
    for name, values in taken.items():
        median, tenth = statistics.median(values), _tenth(values)
        over, factor, tenth_over = median - middle, median / middle, tenth - low
        print(f"| {name} | {median:.1f} | {over:+.1f} | {factor:.2f} | {tenth:.1f} | {tenth_over:+.1f} |")


def _tenth(values: list[float]) -> float:
    return statistics.quantiles(values, n=10)[0] if len(values) > 1 else values[0]
