"""Whether making a Python definition or value, as importing its file does, can do anything else."""

import ast
from collections.abc import Collection, Iterator

from journeyman.judge.protection.python_units import Definition, Function

_CONSTRUCTORS = frozenset(
    {
        *("pytest.param", "pytest.raises", "range", "list", "dict", "set", "tuple", "frozenset", "bytes", "bytearray"),
        *("str", "int", "float", "complex", "bool", "object", "slice", "len", "sorted", "zip", "enumerate", "reversed"),
        *("min", "max", "sum", "repr", "chr", "ord", "pathlib.Path", "decimal.Decimal", "uuid.UUID", "re.compile"),
        *("datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "partial", "functools.partial"),
        *("typing.TypeVar", "namedtuple", "collections.namedtuple", "collections.OrderedDict", "nullcontext"),
        *("contextlib.nullcontext", "does_not_raise", "datetime", "date", "time", "timedelta", "given", "settings"),
        *("example", "TypeVar"),
    }
)
_CONSTRUCTING = ("pytest.mark.", "hypothesis.", "strategies.", "st.")
_METHODS_OF_CONSTANTS = frozenset({"encode", "decode", "format", "join", "splitlines", "split", "strip", "replace"})
_DECORATORS = frozenset(
    {
        *("staticmethod", "classmethod", "property", "dataclass", "dataclasses.dataclass", "contextmanager"),
        *("contextlib.contextmanager", "asynccontextmanager", "functools.wraps", "wraps", "lru_cache", "cache"),
        *(
            "override",
            "final",
            "overload",
            "abstractmethod",
            "mock.patch",
            "mock.patch.object",
            "patch",
            "patch.object",
        ),
        *("mock.patch.dict", "patch.dict", "unittest.skipIf", "unittest.skipUnless", "unittest.skip", "skipIf"),
    }
)
_ACTING = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
_METACLASS_METHODS = frozenset(
    {"__init_subclass__", "__set_name__", "__prepare__", "__mro_entries__", "__class_getitem__"}
)


def acting_part(node: ast.stmt, *, fresh: Collection[str], decorators: Collection[str] = ()) -> str:
    """Return the part of a statement that may do something when its file is imported; empty when none can.

    Args:
        node: a statement of a module or class body.
        fresh: names the change itself defines; what calling one does is not known here.
        decorators: decorators that the file used before.
    """
    known = _DECORATORS.union(decorators).difference(fresh)
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name in _METACLASS_METHODS:
            return name
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            applied = (_applied(decorator, known, fresh) for decorator in node.decorator_list)
            made = (_acts(part, fresh) for part in _evaluated(node))
            return next((said for said in (*applied, *made) if said), "")
        case ast.Assign(targets=[ast.Name()], value=value):
            return _acts(value, fresh)
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            return _acts(value, fresh)
        case ast.AnnAssign(value=None) | ast.Expr(value=ast.Constant()) | ast.Pass():
            return ""
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), orelse=[]):
            return ""
    return ast.unparse(node).partition("\n")[0]


def decorators_of(tree: ast.Module) -> frozenset[str]:
    """Return the names of all decorators that a file uses."""
    definitions = (node for node in ast.walk(tree) if isinstance(node, Definition))
    return frozenset(_called(decorator) for node in definitions for decorator in node.decorator_list)


def _called(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _applied(decorator: ast.expr, known: Collection[str], fresh: Collection[str]) -> str:
    name = _called(decorator)
    if name not in known and not name.startswith(_CONSTRUCTING) and not _is_plain_call(decorator, fresh):
        return f"@{name}"
    arguments = [*decorator.args, *(k.value for k in decorator.keywords)] if isinstance(decorator, ast.Call) else []
    return next((said for argument in arguments if (said := _acts(argument, fresh))), "")


def _evaluated(node: Definition) -> Iterator[ast.expr]:
    """Yield what Python evaluates to make a definition, beside its decorators."""
    if not isinstance(node, Function):
        yield from node.bases
        yield from (keyword.value for keyword in node.keywords)
        return
    arguments = node.args
    yield from arguments.defaults
    yield from (default for default in arguments.kw_defaults if default is not None)
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    yield from (argument.annotation for argument in every if argument is not None and argument.annotation is not None)
    if node.returns is not None:
        yield node.returns


def _acts(expression: ast.expr, fresh: Collection[str]) -> str:
    """Return the part of an expression that may do something; empty when it can only be a value."""
    later: set[ast.AST] = set()
    for node in ast.walk(expression):
        if isinstance(node, ast.Lambda):
            later |= set(ast.walk(node.body))
        if node in later:
            continue
        if isinstance(node, _ACTING) or (isinstance(node, ast.Call) and not _is_plain_call(node, fresh)):
            return ast.unparse(node)
    return ""


def _is_plain_call(node: ast.expr, fresh: Collection[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    if name.partition(".")[0] in fresh:
        return False
    if name in _CONSTRUCTORS or name.startswith(_CONSTRUCTING):
        return True
    match node.func:
        case ast.Attribute(value=ast.Constant(), attr=attr):
            return attr in _METHODS_OF_CONSTANTS
    # By convention a class, and not one that this change makes: it is judged where it is written.
    last = name.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()
