"""Runs inside the sandbox, beside the product: does what the examiner asks and answers in plain data.

This is the product's process: whatever it answers is the product's answer. It never sees what was
expected, nor the checks, nor the token that proves that they came to their end.
"""

import importlib
import json
import operator
import os
import sys
from collections.abc import Callable
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 # before anything of the product
sys.path.insert(0, HERE)
import plain  # type: ignore[import-not-found]  # noqa: E402

sys.path.remove(HERE)

_PLAIN_PARENTS = (int, float, complex, str, bytes, list, tuple, set, frozenset, dict)

_DEEDS: dict[str, Callable[..., object]] = {
    "import": importlib.import_module,
    "getattr": getattr,
    "iter": list,
    "str": str,
    "repr": repr,
    "enter": lambda thing: thing.__enter__(),
    "exit": lambda thing: thing.__exit__(None, None, None),
}


class Witness:
    """Holds the product's objects and speaks one line of JSON per question."""

    def __init__(self, asked: int, answers: int) -> None:
        self._asked = os.fdopen(asked, "rb")
        self._answers = answers
        self._held: list[object] = []

    def serve(self) -> None:
        """Answer until nobody asks any more."""
        while line := self._asked.readline():
            self._say(self._answer(json.loads(line)))

    def _answer(self, question: dict[str, Any]) -> dict[str, object]:
        try:
            arguments = [self._read(item) for item in question["args"]]
            keywords = {name: self._read(item) for name, item in question["kwargs"].items()}
            return {"value": self._write(self._do(question["do"], arguments, keywords))}
        except BaseException as error:  # noqa: BLE001 # whatever the product raises is its answer
            return {"error": self._raised(error)}

    def _do(self, what: str, arguments: list[Any], keywords: dict[str, Any]) -> object:
        if what == "call":
            return arguments[0](*arguments[1:], **keywords)
        if what == "state":
            return self._state(arguments[0])
        return _DEEDS[what](*arguments) if what in _DEEDS else getattr(operator, what)(*arguments)

    def _state(self, thing: object) -> object:
        kind = type(thing)
        state: dict[str, object] = {"": f"{kind.__module__}.{kind.__qualname__}"}
        parent: Any = next((parent for parent in _PLAIN_PARENTS if isinstance(thing, parent)), None)
        if parent is not None:
            state["value"] = parent(thing)
        slots = [name for cls in kind.__mro__ for name in _slots(cls) if hasattr(thing, name)]
        state["fields"] = {**{name: getattr(thing, name) for name in slots}, **getattr(thing, "__dict__", {})}
        return state

    def _write(self, value: object) -> object:
        return plain.write(value, self._refer)

    def _refer(self, thing: object) -> object:
        self._held.append(thing)
        told: dict[str, object] = {"$": "ref", "id": len(self._held) - 1, "type": type(thing).__qualname__}
        if isinstance(thing, type) and issubclass(thing, BaseException):
            told["mro"] = _names(thing)
        return told

    def _read(self, data: Any) -> Any:
        return plain.read(data, self._resolve)

    def _resolve(self, data: dict[str, Any]) -> object:
        return self._callback(data["id"]) if data["$"] == "callback" else self._held[data["id"]]

    def _callback(self, number: int) -> Callable[..., object]:
        def callback(*arguments: object, **keywords: object) -> object:
            told = {name: self._write(value) for name, value in keywords.items()}
            self._say({"callback": number, "args": [self._write(item) for item in arguments], "kwargs": told})
            while line := self._asked.readline():
                said = json.loads(line)
                if "returned" in said:
                    return self._read(said["returned"])
                if "raised" in said:
                    raise RuntimeError(said["raised"])
                self._say(self._answer(said))
            raise SystemExit

        return callback

    def _raised(self, error: BaseException) -> dict[str, object]:
        try:
            text = str(error)
        except Exception:  # noqa: BLE001 # an exception whose text fails still has a name
            text = ""
        return {"mro": _names(type(error)), "text": text, "args": self._write(list(getattr(error, "args", ())))}

    def _say(self, message: dict[str, object]) -> None:
        line = json.dumps(message).encode() + b"\n"
        while line:
            line = line[os.write(self._answers, line) :]


def _slots(kind: type) -> list[str]:
    slots = kind.__dict__.get("__slots__", ())
    return [slots] if isinstance(slots, str) else [name for name in slots if not name.startswith("__")]


def _names(kind: type) -> list[str]:
    return [f"{parent.__module__}.{parent.__qualname__}" for parent in kind.__mro__ if parent is not object]


def main() -> None:
    """Move the line out of the product's way, and serve."""
    asked, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.path[:0] = sys.argv[1:]
    Witness(asked, answers).serve()


if __name__ == "__main__":
    main()
