"""How many small tasks does a local model solve: single shot, best of N, best of N with repair?

    python bench/solve/run.py --model local:qwen2.5-coder-1.5b --mode loop
    python bench/solve/run.py --table

Each task is a real run: retrieval, prompt, answer, sandbox, judge; only delivery is left out. Results
are appended to bench/solve/results.jsonl, one line a task, and `--table` folds them.
"""

import argparse
import asyncio
import json
import math
import os
import subprocess
import tempfile
import time
import tomllib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from journeyman.assembly import engine_for, open_event_log, open_project, order_of
from journeyman.domain.choice import CandidateChosen
from journeyman.domain.event import ModelCalled, Record
from journeyman.domain.outcome import Accepted
from journeyman.domain.run import Deliver, Order
from journeyman.domain.usage import Budget
from journeyman.eventlog.views import fold

HERE = Path(__file__).parent
RESULTS = HERE / "results.jsonl"
ATTEMPTS = 8
MODES = {
    "single": {"candidates": 1, "repairs": 0, "attempts": 1},
    "sampling": {"candidates": 4, "repairs": 0, "attempts": ATTEMPTS},
    "loop": {"candidates": 4, "repairs": 1, "attempts": ATTEMPTS},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="local:qwen2.5-coder-1.5b")
    parser.add_argument("--mode", choices=list(MODES), default="loop")
    parser.add_argument("--only", default="", help="Part of a task's name")
    parser.add_argument("--every", type=int, default=1, help="Only every so many-th task")
    parser.add_argument("--label", default="", help="Marks the lines, to compare variants")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--threads", type=int, default=0, help="Of the local server; 0 means its default")
    parser.add_argument("--candidates", type=int, default=0, help="Lineages; 0 means the mode's")
    parser.add_argument("--agreement", type=int, default=1, help="Accepted candidates of the same code that end a run")
    parser.add_argument("--strategy", default="", help="How candidates are made; empty means the default")
    parser.add_argument("--keep", type=Path, help="Keep the event logs there, to be read with `journeyman runs`")
    parser.add_argument("--resume", action="store_true", help="Leave out what the results hold already")
    parser.add_argument("--table", action="store_true", help="Only fold the results that are there")
    options = parser.parse_args()
    if not options.table:
        tasks = sorted(path for path in (HERE / "tasks").iterdir() if options.only in path.name)[:: options.every]
        there = measured(options) if options.resume else frozenset()
        for task in tasks:
            if task.name in there:
                continue
            line = asyncio.run(measure(task, options))
            print(json.dumps(line), flush=True)
            with options.results.open("a") as file:
                file.write(json.dumps(line, sort_keys=True) + "\n")
    print(table(options.results))


def measured(options: argparse.Namespace) -> frozenset[str]:
    """Return the tasks that the results hold for this very question."""
    asked = {"model": options.model, "mode": options.mode, "label": options.label, "seed": options.seed}
    text = options.results.read_text() if options.results.exists() else ""
    lines = [json.loads(line) for line in text.splitlines()]
    return frozenset(str(line["task"]) for line in lines if asked.items() <= line.items())


async def measure(task: Path, options: argparse.Namespace) -> dict[str, object]:
    """Run one task and return its line."""
    about = tomllib.loads((task / "task.toml").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        repo = lay_out(task, Path(scratch) / "repo", threads=options.threads)
        os.environ["JOURNEYMAN_HOME"] = str(options.keep or f"{scratch}/home")
        project = await open_project(repo)
        order = order_for(order_of(project.settings, f"file:{task / 'spec.md'}"), options)
        started = time.monotonic()
        async with open_event_log(project.settings) as log:
            outcome = await engine_for(project, log).run(order)
            records = await log.records((await log.runs())[0])
            view = fold(records)
    first = next((record.event for record in records if isinstance(record.event, ModelCalled)), None)
    opening = view.candidates[0] if view.candidates else None
    return {
        "task": task.name,
        "difficulty": about["difficulty"],
        "model": options.model,
        "mode": options.mode,
        "label": options.label,
        "seed": options.seed,
        "solved": isinstance(outcome, Accepted),
        "solved_first": opening is not None and opening.verdict == "accepted",
        "first_in": first.usage.input_tokens if first else 0,
        "first_out": first.usage.output_tokens if first else 0,
        "attempts": view.attempts,
        "tokens_in": view.usage.input_tokens,
        "tokens_cached": view.usage.cached_tokens,
        "tokens_out": view.usage.output_tokens,
        "strategy": order.strategy,
        "candidates": order.candidates,
        **selection(records),
        "seconds": round(time.monotonic() - started, 1),
    }


def selection(records: tuple[Record, ...]) -> dict[str, object]:
    """Return how many candidates there were to choose from, and how alike they were."""
    chosen = next((record.event for record in records if isinstance(record.event, CandidateChosen)), None)
    if chosen is None:
        return {"accepted": 0, "distinct": 0, "clusters": 0}
    return {"accepted": chosen.accepted, "distinct": chosen.distinct, "clusters": len(chosen.clusters)}


def order_for(order: Order, options: argparse.Namespace) -> Order:
    mode = MODES[options.mode]
    return replace(
        order,
        model=options.model,
        candidates=options.candidates or mode["candidates"],
        agreement=options.agreement,
        strategy=options.strategy or order.strategy,
        repairs=mode["repairs"],
        budget=Budget(attempts=mode["attempts"], wall_time_s=900.0),
        deliver=Deliver.NONE,
        seed=options.seed,
    )


def lay_out(task: Path, repo: Path, *, threads: int) -> Path:
    """Make a repository with one commit from a task."""
    subprocess.run(["cp", "-r", str(task / "repo"), str(repo)], check=True)
    (repo / "journeyman.toml").write_text(f"[model]\nthreads = {threads}\n\n[judge]\nwall_time_s = 30\n")
    git = ["git", "-C", str(repo), "-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "base"]):
        subprocess.run([*git, *words], check=True)
    return repo


def table(results: Path) -> str:
    """Fold the result lines into a Markdown table; a task measured twice counts with its last line."""
    latest: dict[tuple[str, ...], dict[str, object]] = {}
    for text in results.read_text().splitlines():
        line = json.loads(text)
        latest[line["model"], line["mode"], line["label"], str(line["seed"]), line["task"]] = line
    groups: dict[tuple[str, str, str], list[dict[str, object]]] = defaultdict(list)
    for (model, mode, label, *_), line in latest.items():
        made = " ".join(str(part) for part in (line.get("strategy", ""), line.get("candidates", "")) if part)
        groups[model, f"{mode} {made}".strip(), label].append(line)
    rows = [
        "| model | mode | solved | 95 % | easy | medium | hard | tries | choices | tokens in (cached), out | s |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    rows += [_row(key, lines) for key, lines in sorted(groups.items())]
    return "\n".join(rows)


def _row(key: tuple[str, str, str], lines: list[dict[str, object]]) -> str:
    model, mode, label = key
    solved = sum(bool(line["solved"]) for line in lines)
    low, high = wilson(solved, len(lines))
    by_level = []
    for level in ("easy", "medium", "hard"):
        some = [line for line in lines if line["difficulty"] == level]
        by_level.append(f"{sum(bool(line['solved']) for line in some)}/{len(some)}")

    def mean(name: str) -> float:
        return sum(float(str(line[name])) for line in lines) / len(lines)

    tokens = f"{mean('tokens_in'):.0f} ({mean('tokens_cached'):.0f}) / {mean('tokens_out'):.0f}"
    # Of how many runs more than one behaviour was accepted, so that the choice could be right or wrong.
    choices = sum(int(str(line.get("clusters", 0))) > 1 for line in lines)
    name = f"{mode} {label}".strip()
    share = f"{solved}/{len(lines)} = {100 * solved / len(lines):.0f} %"
    return (
        f"| {model} | {name} | {share} | {100 * low:.0f}-{100 * high:.0f} % | {' | '.join(by_level)} "
        f"| {mean('attempts'):.1f} | {choices} | {tokens} | {mean('seconds'):.0f} |"
    )


def wilson(solved: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Return the Wilson score interval of a share."""
    share, spread = solved / total, z * z / total
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


if __name__ == "__main__":
    main()
