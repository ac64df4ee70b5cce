"""False alarms on people's work: real commits, read as the judge reads a candidate's, and what it says of them.

    python bench/judge/replay.py CLONE... [--commits 60] [--json F]
    python bench/judge/replay.py CLONE... --whole --environments DIR [--human] [--commits 60] [--json F]

Each CLONE is a local clone; it is only read. Of each, the newest commits with one parent that touch both
product code and tests in Python are replayed: the parent is the base, the commit the candidate. Told twice:
as a person's change (`journeyman judge --human`), and as if an agent had made it. Nothing is run, unless the
whole judge is asked for: then each base is measured and each commit judged as `journeyman judge` does it, with the
interpreter at DIR/NAME/bin/python, where NAME is the clone's name without its owner.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.candidate import FileChange
from journeyman.domain.command import Command, CommandResult
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.snapshot import EntryKind, Snapshot
from journeyman.domain.verification import Ground
from journeyman.judge import HermeticJudge
from journeyman.judge.ground_tree import lay_ground
from journeyman.judge.person import forgiven
from journeyman.judge.runners.roster import Roster
from journeyman.judge.runners.runner import NoToolchains, Workbench
from journeyman.judge.tampering import inspect_changes
from journeyman.pipeline.judgement import judge_commits
from journeyman.repository import GitRepository, open_repository
from journeyman.settings import JudgeSettings, Settings
from journeyman.testing.sandboxes import FakeSandbox

GRAVE = (Severity.REJECT, Severity.ESCALATE, Severity.COMPROMISE)


def main() -> None:
    arguments = parse()
    lines: list[dict[str, object]] = []
    started = time.perf_counter()
    if arguments.whole:
        asyncio.run(replay_whole(arguments))
        return
    for clone in arguments.clones:
        lines += asyncio.run(replay(clone, arguments.commits))
    report(lines, of="person")
    report(lines, of="agent")
    print(f"{time.perf_counter() - started:.0f} s in all")
    if arguments.json:
        arguments.json.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=60, help="at most, of each clone")
    parser.add_argument("--json", type=Path, help="write one line per commit")
    parser.add_argument("--whole", action="store_true", help="run the tests of base and commit, too")
    parser.add_argument("--human", action="store_true", help="with --whole: judge as a person's change")
    parser.add_argument("--environments", type=Path, help="with --whole: where each project's environment is")
    parser.add_argument("--wall-time-s", type=float, default=300.0, help="with --whole: of one run of a suite")
    return parser.parse_args()


async def replay(clone: Path, wanted: int) -> list[dict[str, object]]:
    """Return one line for each replayed commit of one clone."""
    lines = []
    with tempfile.TemporaryDirectory() as scratch:
        repository = open_repository(clone, stores_dir=Path(scratch))
        settings = JudgeSettings()
        workbench = Workbench(
            sandbox=FakeSandbox(_nothing_runs),
            settings=settings,
            interpreter=Path(sys.executable),
            mounts=(),
            scratch_dir=Path(scratch),
            toolchains=NoToolchains(),
        )
        roster = Roster(workbench)
        for commit in candidates(clone, wanted):
            base, head = await repository.snapshot(f"{commit}^"), await repository.snapshot(commit)
            ground = Ground(base=base)
            try:
                laid = await lay_ground(ground, repository, roster)
            except UserError as error:
                print(f"{clone}: {commit[:12]}: {error.problem}", file=sys.stderr)
                continue
            changes = await laid.effective(await difference(base, head, repository))
            inspection = await inspect_changes(changes, ground, laid, settings)
            lines.append(
                {
                    "clone": _name(clone),
                    "commit": commit,
                    "tests": len(inspection.tests),
                    "agent": [as_json(finding) for finding in inspection.findings],
                    "person": [as_json(forgiven(finding)) for finding in inspection.findings],
                }
            )
    return lines


async def replay_whole(arguments: argparse.Namespace) -> None:
    """Judge the commits of every clone one after the other; tell each as it comes, and all of them at the end."""
    lines: list[dict[str, object]] = []
    async with open_sandbox("", Settings()) as sandbox:
        for clone in arguments.clones:
            python = arguments.environments.resolve() / _name(clone).rpartition("+")[2] / "bin/python"
            with tempfile.TemporaryDirectory() as scratch:
                repository = open_repository(clone, stores_dir=Path(scratch) / "stores")
                judge = HermeticJudge(
                    repository,
                    sandbox,
                    JudgeSettings(wall_time_s=arguments.wall_time_s),
                    interpreter=python,
                    mounts=python_mounts(python),
                    scratch_dir=Path(scratch) / "worlds",
                )
                for commit in candidates(clone, arguments.commits):
                    line = await judged(commit, repository, judge, human=arguments.human)
                    lines.append({"clone": _name(clone), "commit": commit, **line})
                    print(_name(clone), commit[:12], line["verdict"], f"{line['wall_time_s']} s", flush=True)
                    if arguments.json:
                        told = "".join(json.dumps(line) + "\n" for line in lines)
                        arguments.json.write_text(told, encoding="utf-8")
    measured = [line for line in lines if line["verdict"] != "not measured"]
    report(measured, of="findings")
    for line in lines:
        if line not in measured:
            print(f"  not measured: {line['clone']} {str(line['commit'])[:12]}: {line['why']}")


async def judged(commit: str, repository: GitRepository, judge: HermeticJudge, *, human: bool) -> dict[str, object]:
    """Return what the whole judge says of one commit."""
    began = time.perf_counter()
    ground = Ground(base=await repository.snapshot(f"{commit}^"), by_person=human, expect_red=False)
    try:
        judgement = await judge_commits(ground, commit, repository=repository, judge=judge)
    except (UserError, AdapterError) as error:
        took = round(time.perf_counter() - began, 1)
        return {"verdict": "not measured", "why": str(error).splitlines()[0], "wall_time_s": took, "findings": []}
    return {
        "verdict": judgement.verdict.value,
        "tests": len(judgement.baseline.results),
        "unstable": list(judgement.baseline.unstable),
        "findings": [as_json(finding) for finding in judgement.findings],
        "wall_time_s": round(time.perf_counter() - began, 1),
    }


def _name(clone: Path) -> str:
    return clone.parent.name if clone.name in {"repo", ".git"} else clone.name


def candidates(clone: Path, wanted: int) -> Iterator[str]:
    """Yield the newest commits that touch product code and tests, without merges."""
    log = subprocess.run(
        [
            "git",
            "-C",
            clone,
            "log",
            "--min-parents=1",
            "--max-parents=1",
            "--no-renames",
            "--name-only",
            "--format=%x00%H",
            "HEAD",
        ],
        capture_output=True,
        text=True,
        errors="replace",
        check=True,
    )
    found = 0
    for entry in log.stdout.split("\0")[1:]:
        commit, *paths = entry.split()
        python = [path for path in paths if path.endswith(".py")]
        tests = [path for path in python if "test" in path]
        if tests and len(tests) < len(python) and len(paths) < 80 and found < wanted:
            found += 1
            yield commit


async def difference(base: Snapshot, head: Snapshot, repository: GitRepository) -> tuple[FileChange, ...]:
    """Return what one commit changes of another."""
    before = {entry.path: entry for entry in base.entries}
    after = {entry.path: entry for entry in head.entries if entry.kind in {EntryKind.FILE, EntryKind.EXECUTABLE}}
    changed = sorted(path for path, entry in after.items() if before.get(path) != entry)
    contents = await repository.read_many(tuple(after[path].blob for path in changed))
    written = [
        FileChange(path=path, content=content, executable=after[path].kind is EntryKind.EXECUTABLE)
        for path, content in zip(changed, contents, strict=True)
    ]
    still = {entry.path for entry in head.entries}
    removed = [FileChange(path=path, content=None) for path in before if path not in still]
    return tuple(sorted([*written, *removed], key=lambda change: change.path))


def as_json(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": finding.path,
        "node_id": finding.node_id,
        "line": finding.line,
        "reason": finding.reason,
    }


def _nothing_runs(command: Command) -> CommandResult:
    raise AssertionError(command.argv)


def report(lines: list[dict[str, object]], *, of: str) -> None:
    """Print how many commits were refused and escalated, and why."""
    ends: Counter[str] = Counter()
    by_clone: dict[str, Counter[str]] = {}
    causes: Counter[str] = Counter()
    for line in lines:
        findings = line[of]
        assert isinstance(findings, list)
        grave = {f["severity"] for f in findings}
        end = next((severity for severity in ("compromise", "escalate", "reject") if severity in grave), "accept")
        ends[end] += 1
        by_clone.setdefault(str(line["clone"]), Counter())[end] += 1
        said = {f"{f['severity']} {f['rule']}: {cause(f)}" for f in findings if f["severity"] in {*map(str, GRAVE)}}
        causes.update(said)
    total = sum(ends.values())
    print(f"\nas the change of {of}: {total} commits of {len(by_clone)} projects")
    for end, count in ends.most_common():
        print(f"  {end:10} {count:5}  {count / total:6.1%}")
    for clone, counts in sorted(by_clone.items()):
        print(f"  {clone}: {dict(counts)}")
    print("causes (commits):")
    for what, count in causes.most_common(60):
        print(f"  {count:4}  {what}")


def cause(finding: dict[str, object]) -> str:
    """Return a finding's reason without what is particular to its commit."""
    reason = str(finding["reason"])
    if str(finding["rule"]).startswith("test-"):
        return reason.rpartition("(")[2].rstrip(")")
    if finding["rule"] == "protected-path":
        return str(finding["path"]).rpartition("/")[2]
    return reason


if __name__ == "__main__":
    main()
