"""`test:NODE_ID`: a failing test is the spec; it may also be read from a JUnit report or a traceback."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TextIO

from journeyman.adapters.sources.folder import text_at
from journeyman.adapters.sources.junit_report import failures_in
from journeyman.adapters.sources.page import page_of
from journeyman.domain.digest import digest_bytes
from journeyman.domain.document import Document, Role
from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Kind, Requirement
from journeyman.domain.spec import Criterion, Shows, Source, Spec
from journeyman.settings import Settings

_REPORT = (".xml",)
_PASTED = (".txt", ".log", ".out")
_FAILED = re.compile(r"^(?:FAILED|ERROR)\s+([^\s:]+\.py(?:::[^\s]+)?)", re.MULTILINE)
_UNITTEST = re.compile(r"^(?:FAIL|ERROR): (\w+) \(([\w.]+)\)", re.MULTILINE)
_FRAME = re.compile(r'File "([^"]*?\.py)", line \d+, in (test\w*)')
_SHORT_FRAME = re.compile(
    r"^((?:[\w.-]+/)*test_[\w.-]+\.py|(?:[\w.-]+/)*[\w-]+_test\.py):\d+:(?: in (test\w+))?", re.MULTILINE
)
_MOST_TESTS = 20
_MOST_SHOWN = 4000
_MOST_CHARACTERS = 5_000_000


class TestSource:
    """Takes failing tests as the spec: one, a file of them, or those that a report or a traceback names."""

    __test__ = False

    async def load(self, rest: str) -> Spec:
        """Return a spec that asks for the tests to pass; that they exist and fail is measured at the base.

        Raises:
            UserError: it cannot be a node id, or a report that names no failing test.
        """
        return await asyncio.to_thread(_load, rest)


@asynccontextmanager
async def open_source(_rest: str, _settings: Settings) -> AsyncIterator[TestSource]:
    """Open the source; there is nothing to close."""
    yield TestSource()


def _load(rest: str) -> Spec:
    if rest == "-":
        return _pasted(_typed(sys.stdin), rest)
    if rest.endswith(_REPORT + _PASTED) and "::" not in rest:
        text = text_at(Path(rest).expanduser(), shown=f"report {rest}", most_bytes=20_000_000)
        return _reported(text, rest) if rest.endswith(_REPORT) else _pasted(text, rest)
    _require_node(rest)
    return _spec((rest,), rest, ())


@cache
def _typed(stream: TextIO) -> str:
    """Return what is on standard input; it can be read once, and a spec is read again before a delivery."""
    return stream.read(_MOST_CHARACTERS)


def _reported(text: str, rest: str) -> Spec:
    failures = failures_in(text, rest)
    if not failures:
        raise UserError(f"no test failed in the report {rest}", remedy="Name a report of a run that failed.")
    shown = "\n\n".join(f"{failure.node_id}\n{failure.message}" for failure in failures)
    return _spec(
        tuple(failure.node_id for failure in failures), rest, (_document(rest, text, "application/xml"),), shown
    )


def _pasted(text: str, rest: str) -> Spec:
    """Read a traceback or the end of a test run: what is named as failed, else the last test in the frames."""
    page = page_of("traceback" if rest == "-" else Path(rest).name, text, Role.TEST)
    nodes = _FAILED.findall(page.text)
    nodes += (
        [
            f"{module.rpartition('.')[0].replace('.', '/')}.py::{module.rpartition('.')[2]}::{name}"
            for name, module in _UNITTEST.findall(page.text)
        ]
        if not nodes
        else []
    )
    if not nodes:
        frames = [(path, name) for path, name in _FRAME.findall(page.text)]
        frames = frames or [(path, name) for path, name in _SHORT_FRAME.findall(page.text)]
        nodes = [f"{_relative(path)}::{name}" if name else _relative(path) for path, name in frames[-1:]]
    if not nodes:
        raise UserError(
            "no test is named in the traceback", remedy="Paste what the test runner printed, or name it: test:NODE_ID."
        )
    return _spec(tuple(dict.fromkeys(nodes)), rest, (page.document,), page.text)


def _spec(nodes: tuple[str, ...], rest: str, documents: tuple[Document, ...], shown: str = "") -> Spec:
    if len(nodes) > _MOST_TESTS:
        raise UserError(
            f"{len(nodes)} tests failed; {_MOST_TESTS} are one piece of work", remedy="Name those that matter."
        )
    for node in nodes:
        _require_node(node)
    title = f"Make {nodes[0]} pass" if len(nodes) == 1 else f"Make {len(nodes)} failing tests pass"
    which = f"The test {nodes[0]} fails" if len(nodes) == 1 else "These tests fail: " + ", ".join(nodes)
    right = "the test is right" if len(nodes) == 1 else "the tests are right"
    intent = f"{which}. Change the product so that {'it passes' if len(nodes) == 1 else 'they pass'}; {right}."
    if shown:
        intent += f"\n\nIt was seen to fail like this:\n\n```\n{shown[-_MOST_SHOWN:].strip()}\n```"
    digest = documents[0].digest if documents else digest_bytes(rest.encode())
    return Spec(
        title=title,
        intent=intent,
        source=Source(locator=f"test:{rest}", digest=digest),
        kind=Kind.TEST_FIX,
        why=f"{which}.",
        documents=documents,
        requirements=tuple(
            Requirement(id=f"R-{n}", name=node, text=f"{node} passes") for n, node in enumerate(nodes, start=1)
        ),
        criteria=tuple(
            Criterion(id=f"AC-{n}", text=f"{node} passes", tests=(node,), shows=Shows.TEST, requirements=(f"R-{n}",))
            for n, node in enumerate(nodes, start=1)
        ),
        must_pass=nodes,
    )


def _document(rest: str, text: str, media_type: str) -> Document:
    return Document(path=Path(rest).name, role=Role.TEST, text=text, media_type=media_type)


def _relative(path: str) -> str:
    """Return a path as seen from the repository: what a traceback shows absolute may lie below this directory."""
    here = Path.cwd()
    return Path(path).relative_to(here).as_posix() if Path(path).is_relative_to(here) else path.removeprefix("./")


def _require_node(node: str) -> None:
    path = node.partition("::")[0]
    if not path or path.startswith(("/", "-")) or ".." in path.split("/"):
        raise UserError(f"`{node}` is not a test id", remedy="Write it as the runner does: tests/test_x.py::test_name.")
