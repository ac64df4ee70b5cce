"""Runs inside the sandbox, in the examiner: stands for the product's modules, objects and exceptions.

Nothing of the product is imported here. Equality and truth are never asked of the product: plain values
arrive as themselves, and objects are compared by what they hold.
"""

import builtins
import importlib.abc
import importlib.machinery
import inspect
import json
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import plain  # type: ignore[import-not-found]

_NOT_PLAIN = "the product answered with a `{}`, which is no plain value: check its attributes, or convert it"


class NotPlainError(TypeError):
    """A check asked for truth or equality of something whose word cannot be taken for it."""


class Line:
    """The line to the witness: one question at a time, in which it may call back."""

    def __init__(self, questions: IO[bytes], answers: IO[bytes]) -> None:
        self._questions = questions
        self._answers = answers
        self._callbacks: list[Callable[..., object]] = []
        self._exceptions: dict[str, type[BaseException]] = {}

    def ask(self, what: str, *arguments: object, **keywords: object) -> Any:
        """Return the product's answer.

        Raises:
            EOFError: the witness is gone.
            BaseException: what the product raised, as its like here.
        """
        told = {name: self._write(value) for name, value in keywords.items()}
        self._say({"do": what, "args": [self._write(item) for item in arguments], "kwargs": told})
        while True:
            said = self._hear()
            if "callback" in said:
                self._call_back(said)
            elif "error" in said:
                raise self._raised(said["error"])
            else:
                return self._read(said["value"])

    def _call_back(self, said: dict[str, Any]) -> None:
        keywords = {name: self._read(value) for name, value in said["kwargs"].items()}
        try:
            returned = self._callbacks[said["callback"]](*map(self._read, said["args"]), **keywords)
            reply = {"returned": self._write(returned)}
        except Exception as error:  # noqa: BLE001 # the product is told that its callback raised
            reply = {"raised": f"{type(error).__name__}: {error}"}
        self._say(reply)

    def _say(self, message: dict[str, object]) -> None:
        try:
            self._questions.write(json.dumps(message).encode() + b"\n")
            self._questions.flush()
        except BrokenPipeError as error:
            raise EOFError("the product's process has ended") from error

    def _hear(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line:
            raise EOFError("the product's process has ended")
        said = json.loads(line)
        if not isinstance(said, dict):
            raise EOFError("the product's process says what nobody asked")  # noqa: TRY004 # the line is as good as cut
        return said

    def _write(self, value: object) -> object:
        return plain.write(value, self._refer)

    def _refer(self, value: object) -> object:
        if isinstance(value, Remote):
            return {"$": "ref", "id": object.__getattribute__(value, "_id")}
        if isinstance(value, type) and "remote_id" in vars(value):
            return {"$": "ref", "id": vars(value)["remote_id"]}
        if isinstance(value, types.FunctionType | types.BuiltinFunctionType | types.MethodType):
            self._callbacks.append(value)
            return {"$": "callback", "id": len(self._callbacks) - 1}
        raise TypeError(f"a `{type(value).__name__}` of the check cannot be handed to the product")

    def _read(self, data: object) -> Any:
        return plain.read(data, self._resolve)

    def _resolve(self, data: dict[str, Any]) -> object:
        number = int(data["id"])
        if "mro" in data:
            kind = self._exception([str(name) for name in data["mro"]])
            if kind.__module__ != "builtins":
                type.__setattr__(kind, "remote_id", number)  # so that it can be handed back
            return kind
        return Remote(self, number, str(data["type"]))

    def _raised(self, told: dict[str, Any]) -> BaseException:
        kind = self._exception([str(name) for name in told["mro"]])
        try:
            error = kind(*self._read(told["args"]))
        except Exception:  # noqa: BLE001 # its like takes other arguments
            error = kind.__new__(kind)
            error.args = (str(told["text"]),)
        return error

    def _exception(self, names: Sequence[str]) -> type[BaseException]:
        """Return the like of an exception class: built-in where it is one, else made once per name."""
        first, *rest = names
        module, _, name = first.rpartition(".")
        if module == "builtins":
            own = getattr(builtins, name, Exception)
            # An exit of the product is a failure of the product, not the end of the examination.
            return own if issubclass(own, Exception) else RuntimeError
        if first not in self._exceptions:
            parent = self._exception(rest) if rest else Exception
            self._exceptions[first] = type(name, (parent,), {"__module__": module})
        return self._exceptions[first]


class Remote:
    """One object of the product, by reference."""

    __slots__ = ("_id", "_line", "_type")

    def __init__(self, line: Line, number: int, kind: str) -> None:
        object.__setattr__(self, "_line", line)
        object.__setattr__(self, "_id", number)
        object.__setattr__(self, "_type", kind)

    def __getattr__(self, name: str) -> Any:
        return self._line.ask("getattr", self, name)

    def __call__(self, *arguments: object, **keywords: object) -> Any:
        """Call it where it is."""
        return self._line.ask("call", self, *arguments, **keywords)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Remote):
            return bool(self._line.ask("state", self) == self._line.ask("state", other))
        raise NotPlainError(_NOT_PLAIN.format(self._type))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __bool__(self) -> bool:
        raise NotPlainError(_NOT_PLAIN.format(self._type))

    def __hash__(self) -> int:
        raise NotPlainError(_NOT_PLAIN.format(self._type))

    def _order(self, _other: object) -> bool:
        raise NotPlainError(_NOT_PLAIN.format(self._type))

    __lt__ = __le__ = __gt__ = __ge__ = _order

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._line.ask("iter", self))

    def __contains__(self, item: object) -> bool:
        return any(item == own for own in self)

    def __getitem__(self, key: object) -> Any:
        return self._line.ask("getitem", self, key)

    def __str__(self) -> str:
        return str(self._line.ask("str", self))

    def __repr__(self) -> str:
        return str(self._line.ask("repr", self))

    def __enter__(self) -> Any:
        return self._line.ask("enter", self)

    def __exit__(self, *_: object) -> None:
        self._line.ask("exit", self)


def _operator(name: str, *, swapped: bool = False) -> Callable[..., Any]:
    def operate(self: Remote, *others: object) -> Any:
        operands = (*others, self) if swapped else (self, *others)
        return self._line.ask(name, *operands)

    return operate


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and_", "or_", "xor", "matmul"):
    setattr(Remote, f"__{_name.rstrip('_')}__", _operator(_name))
    setattr(Remote, f"__r{_name.rstrip('_')}__", _operator(_name, swapped=True))
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Remote, f"__{_name}__", _operator(_name))


class RemoteModule(types.ModuleType):
    """A module of the product: whatever is taken from it is asked for."""

    def __init__(self, name: str, line: Line, reference: object) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self._ask = line.ask
        self._reference = reference

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self._ask("getattr", self._reference, name)


class RemoteFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the product's modules in the witness, and leaves their like here."""

    def __init__(self, line: Line, names: Sequence[str]) -> None:
        self._line = line
        self._names = frozenset(names)

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Answer for the product's names and what is below them."""
        if fullname.partition(".")[0] not in self._names:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Import it where the product is."""
        return RemoteModule(spec.name, self._line, self._line.ask("import", spec.name))

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing: it has run already, elsewhere."""


def install(line: Line, names: Sequence[str]) -> None:
    """Let `import` lead to the product's modules."""
    sys.meta_path.insert(0, RemoteFinder(line, names))


def takes_nothing(function: object) -> bool:
    """Return whether something of a check file can be called without arguments."""
    if not inspect.isfunction(function):
        return False
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    return all(p.default is not p.empty or p.kind in kinds for p in parameters)
