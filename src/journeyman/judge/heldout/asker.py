"""Runs inside the sandbox: asks the product's process what it does, twice, and writes down what it answers alike.

Like the examiner it never imports the product. Nothing is expected here, so there is nothing to be fooled about;
that the product's process cannot reach this one keeps one question from answering the next.
"""

import json
import os
import signal
import sys
import time
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 # before anything of the product
sys.path.insert(0, HERE)
import examiner  # type: ignore[import-not-found]  # noqa: E402
import plain  # type: ignore[import-not-found]  # noqa: E402
import remote  # type: ignore[import-not-found]  # noqa: E402

sys.path.remove(HERE)

_QUESTION_S = 1.0
_ALL_S = 20.0
"""Of one of the two passes; a question that was not reached is left out."""
_SLOW_MOST = 6
_DEPTH = 4
_ANSWER_CHARS = 4000


class SlowError(BaseException):
    """A question took too long."""


class Asker:
    """One pass over the questions, with a process of the product's own."""

    def __init__(self, task: dict[str, Any]) -> None:
        self._task = task
        self._started: Any = None
        self._line: Any = None
        self._slow = 0

    def answers(self) -> dict[str, str]:
        """Return question id -> what became of it; those that were not reached are missing."""
        until = time.monotonic() + _ALL_S
        found: dict[str, str] = {}
        for question in self._task["questions"]:
            if time.monotonic() > until or self._slow >= _SLOW_MOST:
                break
            found[question["id"]] = self._answer(question["source"])[:_ANSWER_CHARS]
        self._end()
        return found

    def _answer(self, source: str) -> str:
        if self._line is None:
            self._begin()
        told: list[object] = []
        try:
            signal.setitimer(signal.ITIMER_REAL, _QUESTION_S)
            scope = {"__name__": "probe", "tell": lambda value: told.append(self._written(value, _DEPTH))}
            exec(compile(source, "probe", "exec"), scope)  # noqa: S102 # ours, with the product elsewhere
            ending = "ended"
        except SlowError:
            self._slow += 1
            ending = "slow"
        except BaseException as error:  # noqa: BLE001 # whatever the product raises is its answer
            ending = f"raised {type(error).__name__}"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if ending in ("slow", "raised EOFError"):
            self._end()
        return json.dumps([*told, ending], sort_keys=True)

    def _written(self, value: object, depth: int) -> object:
        return _plain(plain.write(value, lambda thing: self._referred(thing, depth)))

    def _referred(self, thing: object, depth: int) -> object:
        if not isinstance(thing, remote.Remote):
            return f"<{getattr(thing, '__name__', type(thing).__name__)}>"
        if not depth:
            return "<...>"
        return {"object": self._written(self._line.ask("state", thing), depth - 1)}

    def _begin(self) -> None:
        self._started, self._line = examiner.start_witness(self._task)
        remote.install(self._line, self._task["modules"])

    def _end(self) -> None:
        """Drop the product's process, and everything here that leads to it."""
        if self._started is not None:
            self._started.kill()
            self._started.wait()
        self._started = self._line = None
        sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, remote.RemoteFinder)]
        for name, module in list(sys.modules.items()):
            if isinstance(module, remote.RemoteModule):
                del sys.modules[name]


def _plain(data: object) -> object:
    """Return written data in one order and at one precision: what compares equal must read equal."""
    if isinstance(data, list):
        return [_plain(item) for item in data]
    if not isinstance(data, dict):
        return data
    kept: dict[str, Any] = {key: _plain(value) for key, value in data.items()}
    if kept.get("$") == "float":
        kept["v"] = format(float(kept["v"]), ".12g")
    elif kept.get("$") in ("dict", "set", "frozenset"):
        kept["v"] = sorted(kept["v"], key=lambda item: json.dumps(item, sort_keys=True))
    return kept


def _slow(*_: object) -> None:
    raise SlowError


def main() -> None:
    """Ask everything twice; report what was answered alike, and what was not."""
    task, report = examiner.begin()
    signal.signal(signal.SIGALRM, _slow)
    first, second = Asker(task).answers(), Asker(task).answers()
    both = first.keys() & second.keys()
    unsteady = sorted(name for name in both if first[name] != second[name])
    steady = {name: first[name] for name in both if first[name] == second[name]}
    examiner.leave(report, {"answers": steady, "unsteady": unsteady, "token": task["token"]})


if __name__ == "__main__":
    main()
