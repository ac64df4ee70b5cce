"""Runs inside the sandbox: pytest, started as a library, with a plug-in that tells how each test ended.

Loaded by `start`; standard library and the project's pytest only.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Generator
from typing import Any, NamedTuple

import pytest

MESSAGE_CHARS = 6000
BUDGET_CHARS = 4_000_000
"""Of all messages of a run together; beyond it each is cut to a line or two."""
SHORT_CHARS = 200

Send = Callable[..., None]


class Phase(NamedTuple):
    """What one of setup, call and teardown did, as it was raised and as it was reported."""

    when: str
    raised: bool
    outcome: str
    excused: bool
    text: str


def conclude(phases: list[Phase]) -> str:
    """Return the outcome of one test from its phases; empty when it never came to an end."""
    if any(phase.raised and phase.outcome == "passed" and not phase.excused for phase in phases):
        return "forged"
    failed = [phase.when for phase in phases if phase.outcome == "failed"]
    if failed:
        return "failed" if "call" in failed else "error"
    skipped = [phase for phase in phases if phase.outcome == "skipped"]
    if skipped:
        return "xfailed" if skipped[0].excused else "skipped"
    called = [phase for phase in phases if phase.when == "call" and phase.outcome == "passed"]
    if not called:
        return ""
    return "xpassed" if called[0].excused else "passed"


class Reporter:
    """The plug-in: a line when a test starts, and one when it has ended."""

    def __init__(self, send: Send, task: dict[str, Any]) -> None:
        self._send = send
        self._task = task
        self._phases: list[Phase] = []
        self._budget = BUDGET_CHARS
        self.ended = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> None:
        """Make the project importable as its own configuration says, or else from `src` and the root."""
        roots = [str(path) for path in early_config.getini("pythonpath")]
        if not roots:
            roots = [root for root in self._task["roots"] if os.path.isdir(root)]  # before pathlib could be patched
            sys.path[:0] = roots
        os.environ["PYTHONPATH"] = os.pathsep.join(roots)  # for the tests' own child processes

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Put sentinels before and behind the suite, whatever paths its configuration names."""
        config.args[:] = [self._task["first"], *config.args, self._task["last"]]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell which files could not be collected."""
        if report.outcome != "passed":
            outcome = "error" if report.outcome == "failed" else "skipped"
            self._send("result", report.nodeid, outcome, "0", self._cut(report.longreprtext))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Run the suite in the order asked for; the judge's own tests stay where they are."""
        order = self._task.get("order", "")
        ours = (self._task["first"], self._task["last"])
        places = [place for place, item in enumerate(items) if str(item.path) not in ours] if order else []
        suite = [items[place] for place in places]
        if order == "reversed":
            suite.reverse()
        elif order:
            random.Random(int(order)).shuffle(suite)  # noqa: S311 # a fixed order, not a secret
        for place, item in zip(places, suite, strict=True):
            items[place] = item

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell how many tests are about to run."""
        self._send("collected", str(len(session.items)))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, call: Any) -> Generator[None, Any, None]:
        """Note what was raised beside what is reported; outermost, so after every other plug-in."""
        hooked = yield
        report = hooked.get_result()
        text = ""
        if report.outcome != "passed":
            text = "\n".join([report.longreprtext, *(f"--- {title}\n{body}" for title, body in report.sections)])
        excused = hasattr(report, "wasxfail")
        self._phases.append(Phase(report.when, call.excinfo is not None, report.outcome, excused, text))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, None]:
        """Send one result per test: sub-tests and re-runs are part of it, and the gravest decides."""
        self._phases.clear()
        self._send("start", item.nodeid)
        began = time.perf_counter()
        yield
        outcome = conclude(self._phases)
        if outcome:
            text = "\n".join([phase.text for phase in self._phases if phase.text])
            self.ended += 1
            self._send("result", item.nodeid, outcome, f"{time.perf_counter() - began:.4f}", self._cut(text))

    def _cut(self, text: str) -> str:
        room = MESSAGE_CHARS if self._budget > 0 else SHORT_CHARS
        if len(text) > room:
            text = f"{text[: room // 3]}\n[...]\n{text[-room * 2 // 3 :]}"
        self._budget -= len(text)
        return text


def run(send: Send, task: dict[str, Any], arguments: list[str]) -> tuple[int, int]:
    """Run the suite and return pytest's exit status and how many tests ended."""
    os.chdir(task["root"])
    reporter = Reporter(send, task)
    status = int(pytest.main(arguments, plugins=[reporter]))
    return status, reporter.ended
