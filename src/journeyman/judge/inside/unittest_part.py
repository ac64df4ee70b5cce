"""Runs inside the sandbox: the project's tests by `unittest`, with a result that tells how each one ended.

Loaded by `start`; standard library only. A test's name is its file's path, its class and its method, as
pytest would call it; sub-tests are part of their test.
"""

import os
import random
import sys
import time
import traceback
import unittest
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType, TracebackType
from typing import Any

MESSAGE_CHARS = 6000
Send = Callable[..., None]
Raised = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

GRAVITY = ("passed", "xfailed", "xpassed", "skipped", "failed", "error")


class Reporter(unittest.TestResult):
    """Sends one line when a test starts and one when it has ended; the gravest word about it decides."""

    def __init__(self, send: Send, paths: dict[str, str]) -> None:
        super().__init__()
        self._send = send
        self._paths = paths
        self._began = 0.0
        self._said: list[tuple[str, str]] = []
        self.ended = 0
        self.bad = 0

    def name_of(self, test: unittest.TestCase) -> str:
        """Return the node id of a test."""
        kind = type(test)
        path = self._paths.get(kind.__module__, kind.__module__)
        return "::".join([path, *kind.__qualname__.split("."), getattr(test, "_testMethodName", "runTest")])

    def startTest(self, test: unittest.TestCase) -> None:
        """Tell that a test starts."""
        super().startTest(test)
        self._said.clear()
        self._began = time.perf_counter()
        self._send("start", self.name_of(test))

    def stopTest(self, test: unittest.TestCase) -> None:
        """Tell how it ended; a test about which nothing was said did not end."""
        super().stopTest(test)
        if self._said:
            outcome = max((outcome for outcome, _ in self._said), key=GRAVITY.index)
            text = "\n".join(text for _, text in self._said if text)[-MESSAGE_CHARS:]
            self.ended += 1
            self.bad += outcome in {"failed", "error", "xpassed"}
            self._send("result", self.name_of(test), outcome, f"{time.perf_counter() - self._began:.4f}", text)

    def addSuccess(self, test: unittest.TestCase) -> None:
        """Hear of a pass."""
        self._said.append(("passed", ""))

    def addFailure(self, test: unittest.TestCase, err: Raised) -> None:
        """Hear of a failure."""
        self._said.append(("failed", _told(err)))

    def addError(self, test: Any, err: Raised) -> None:
        """Hear of an error: in a test, or in the set-up of a class or module, which has no start of its own."""
        if isinstance(test, unittest.TestCase):
            text = _told(err)
            self._said.append(("failed" if _in_method(err, test) else "error", text))
        else:
            self.bad += 1
            place = str(test).partition("(")[2].rstrip(")") or str(test)
            path = next(
                (path for name, path in self._paths.items() if place == name or place.startswith(f"{name}.")), ""
            )
            self._send("result", path or place, "error", "0", _told(err))

    def addSkip(self, test: Any, reason: str) -> None:
        """Hear of a skip; a class or module that is skipped in its set-up takes its tests along."""
        if isinstance(test, unittest.TestCase):
            self._said.append(("skipped", reason))

    def addExpectedFailure(self, test: unittest.TestCase, err: Raised) -> None:
        """Hear of a failure that was expected."""
        self._said.append(("xfailed", ""))

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        """Hear of a failure that was expected and did not come."""
        self._said.append(("xpassed", ""))

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Raised | None) -> None:
        """Hear of one part of a test."""
        if err is not None:
            self._said.append(("failed", f"{subtest}\n{_told(err)}"))


def _told(err: Raised) -> str:
    lines = traceback.format_exception(*err)
    # The last line says what was raised; marked as pytest marks it, so that one reader serves both.
    return "".join(lines) + "".join(f"\nE   {line}" for line in lines[-1].strip().splitlines()[:1])


def _in_method(err: Raised, test: unittest.TestCase) -> bool:
    """Return whether an exception came out of the test method rather than out of what prepares it."""
    trace = err[2]
    method = getattr(test, "_testMethodName", "runTest")
    while trace is not None:
        if trace.tb_frame.f_code.co_name == method:
            return True
        trace = trace.tb_next
    return False


def find(root: str, patterns: list[str], folders: list[str], elsewhere: list[str]) -> Iterator[str]:
    """Yield the test files below the given folders of a root, sorted, as paths from the root; some left aside."""
    from fnmatch import fnmatchcase

    seen: set[str] = set()
    for top in folders or [root]:
        for folder, below, names in os.walk(top):  # plain, like the rest here
            below[:] = sorted(
                name
                for name in below
                if not name.startswith(".") and name != "node_modules" and os.path.join(folder, name) not in elsewhere
            )
            seen.update(
                os.path.relpath(os.path.join(folder, name), root)
                for name in names
                if _matches(name, patterns, fnmatchcase)
            )
    yield from sorted(seen)


def _matches(name: str, patterns: list[str], match: Callable[[str, str], bool]) -> bool:
    return any(match(name, pattern) for pattern in patterns)


def load_file(root: str, path: str) -> ModuleType:
    """Import a test file: by its place in a package, or by its bare name from its own folder."""
    parts = path.removesuffix(".py").split("/")
    start = len(parts) - 1
    while start > 0 and os.path.exists(os.path.join(root, *parts[:start], "__init__.py")):
        start -= 1
    folder = os.path.join(root, *parts[:start])
    if folder not in sys.path:
        sys.path.insert(0, folder)
    name = ".".join(parts[start:])
    known = sys.modules.get(name)
    where = os.path.join(root, path)
    if known is not None and getattr(known, "__file__", None) != where:
        return load_alone(where, path.replace("/", "_"))
    return import_module(name)


def load_alone(where: str, name: str) -> ModuleType:
    """Import a file under a name that its place does not give it."""
    spec = spec_from_file_location(name.removesuffix(".py"), where)
    if spec is None or spec.loader is None:
        raise ImportError(where)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def in_order(files: list[str], order: str) -> list[str]:
    """Return test files as they stand, reversed, or shuffled by a number."""
    if order == "reversed":
        files.reverse()
    elif order:
        random.Random(int(order)).shuffle(files)  # noqa: S311 # a fixed order, not a secret
    return files


def run(send: Send, task: dict[str, Any], arguments: list[str]) -> tuple[int, int]:
    """Load every test file, run what it holds between our own two, and return the status and the count."""
    del arguments
    os.chdir(task["root"])
    run_suite, loader = unittest.TestSuite.run, unittest.TestLoader()
    sys.path[:0] = [root for root in task["roots"] if os.path.isdir(root)]
    os.environ["PYTHONPATH"] = os.pathsep.join(task["roots"])  # for the tests' own child processes
    paths: dict[str, str] = {}
    reporter = Reporter(send, paths)
    suites = []
    where = list(find(task["root"], task["patterns"], task["folders"], task["elsewhere"]))
    found = in_order(where, task.get("order", ""))
    for path, ours in [(task["first"], True), *((path, False) for path in found), (task["last"], True)]:
        try:
            module = load_alone(path, os.path.basename(path)) if ours else load_file(task["root"], path)
            paths[module.__name__] = os.path.basename(path) if ours else path
            suites.append(loader.loadTestsFromModule(module))
        except unittest.SkipTest as skip:
            send("result", path, "skipped", "0", str(skip))
        except Exception:  # noqa: BLE001 # whatever a test file raises is its result
            reporter.bad += 1
            send("result", path, "error", "0", _told(sys.exc_info())[-MESSAGE_CHARS:])
    send("collected", str(sum(suite.countTestCases() for suite in suites)))
    run_suite(unittest.TestSuite(suites), reporter)
    return int(reporter.bad > 0), reporter.ended
