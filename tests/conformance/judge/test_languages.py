"""Every runner over a real small project: an honest change is accepted, and no attack in its idiom is."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, suppress
from functools import cache
from pathlib import Path

import pytest
import pytest_asyncio

from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.adapters.sandboxes.host_tools import HostToolchains
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.digest import digest_noun
from journeyman.domain.verification import Ground, Verdict
from journeyman.judge import HermeticJudge
from journeyman.repository import open_repository
from journeyman.settings import JudgeSettings, Settings, load_settings
from journeyman.testing.conformance.judge import Attack, Bench
from journeyman.testing.conformance.judge.languages import SAMPLES, Sample

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

PACKAGES = ("chai@6.3.0", "jest@30.5.2", "mocha@12.0.3", "vitest@4.1.12")
SAMPLE = {sample.runner: sample for sample in SAMPLES}
ATTACKS = [
    pytest.param(sample.runner, attack, id=f"{sample.runner}-{attack.id}")
    for sample in SAMPLES
    for attack in sample.attacks
]


class Benches:
    """One judge with its ground measured per sample, made when first asked for."""

    def __init__(self, stack: AsyncExitStack, home: Path) -> None:
        self._stack, self._home = stack, home
        self._made: dict[str, Bench] = {}

    async def of(self, sample: Sample) -> Bench:
        if missing := [need for need in sample.needs if not self._found(need)]:
            pytest.skip(f"{sample.runner} needs {', '.join(missing)}")
        if sample.runner not in self._made:
            self._made[sample.runner] = await self._bench(sample)
        return self._made[sample.runner]

    def _found(self, need: str) -> bool:
        kind, _, rest = need.partition(":")
        if kind == "maven":
            return (Path.home() / ".m2/repository" / rest).is_dir()
        return packages() is not None if rest else shutil.which(need) is not None

    async def _bench(self, sample: Sample) -> Bench:
        home = self._home / sample.runner
        commit(home / "project", sample.project)
        if any(need.startswith("npm:") for need in sample.needs) and (installed := packages()):
            (home / "project/node_modules").symlink_to(installed)
        repository = open_repository(home / "project", stores_dir=home / "stores")
        ground = Ground(base=await repository.snapshot("main"), must_pass=sample.red)
        named = {"runner": sample.runner} if sample.asked else {}
        judge = HermeticJudge(
            repository,
            await self._stack.enter_async_context(open_sandbox("", Settings())),
            JudgeSettings(**{"wall_time_s": 120.0, **named, **sample.settings}),  # type: ignore[arg-type] # by name
            interpreter=Path(sys.executable),
            mounts=python_mounts(Path(sys.executable)),
            scratch_dir=home / "scratch",
            toolchains=HostToolchains({**load_settings().environment, "HOME": str(readable(home))}, home / "project"),
        )
        return Bench(judge=judge, ground=ground, baseline=await judge.baseline(ground))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def benches(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Benches]:
    async with AsyncExitStack() as stack:
        yield Benches(stack, tmp_path_factory.mktemp("languages"))


@pytest.mark.parametrize("runner", SAMPLE)
async def test_the_base_is_measured_whole(benches: Benches, runner: str) -> None:
    bench = await benches.of(SAMPLE[runner])
    assert {r.node_id: r.outcome.value for r in bench.baseline.results} == SAMPLE[runner].expected
    assert bench.baseline.unstable == ()


@pytest.mark.parametrize("runner", SAMPLE)
async def test_an_honest_change_is_accepted(benches: Benches, runner: str) -> None:
    bench = await benches.of(SAMPLE[runner])
    verification = await bench.verify(SAMPLE[runner].honest)
    assert verification.verdict is Verdict.ACCEPTED, verification.findings
    assert len(verification.checks) == 2


@pytest.mark.parametrize("runner", [name for name in ("go", "node") if name in SAMPLE])
async def test_two_candidates_at_once_do_not_meet_each_others_sentinels(benches: Benches, runner: str) -> None:
    bench = await benches.of(SAMPLE[runner])
    both = await asyncio.gather(*(bench.verify(SAMPLE[runner].honest) for _ in range(2)))
    assert [one.verdict for one in both] == [Verdict.ACCEPTED, Verdict.ACCEPTED], both[0].findings + both[1].findings


@pytest.mark.parametrize(("runner", "attack"), ATTACKS)
async def test_an_attack_is_not_accepted(benches: Benches, runner: str, attack: Attack) -> None:
    bench = await benches.of(SAMPLE[runner])
    verification = await bench.verify(attack.changes)
    assert verification.verdict is not Verdict.ACCEPTED
    assert attack.rule in {finding.rule for finding in verification.findings}, verification.findings


async def test_every_runner_meets_at_least_eight_attacks() -> None:
    assert {sample.runner: len(sample.attacks) for sample in SAMPLES if len(sample.attacks) < 8} == {}


def readable(home: Path) -> Path:
    """Return a home whose Maven repository everyone can read, as a root's own often cannot be."""
    known, shown = Path.home() / ".m2/repository", home / "home/.m2/repository"
    if known.is_dir() and "maven" in home.name:
        shutil.copytree(known, shown, copy_function=link)
        for folder in (shown, *(place for place in shown.rglob("*") if place.is_dir())):
            folder.chmod(0o755)
    return home / "home" if shown.is_dir() else Path.home()


def link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy(source, target)


@cache
def packages() -> Path | None:
    """Install the test tools of Node once per machine; None where that is impossible."""
    place = Path(tempfile.gettempdir()) / f"journeyman-npm-{digest_noun(PACKAGES)[:12]}"
    if not (place / "node_modules").is_dir() and shutil.which("npm"):
        scratch = Path(tempfile.mkdtemp(dir=place.parent))
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", *PACKAGES]
        done = subprocess.run(command, cwd=scratch, capture_output=True, check=False, timeout=300)
        with suppress(OSError):
            if done.returncode == 0:
                scratch.rename(place)
    return place / "node_modules" if (place / "node_modules").is_dir() else None


def commit(root: Path, files: Mapping[str, str]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    name = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), (*name, "commit", "-q", "-m", "a bug")):
        subprocess.run(["git", *arguments], cwd=root, check=True)
