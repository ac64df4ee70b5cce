"""The spec's own examples as a held-out check: what a person showed at a Python prompt must hold of the product."""

import ast
import builtins
import doctest
from collections.abc import Iterator

from journeyman.domain.spec import HeldOut, Spec

NAME = "spec-examples"
_EXCEPTIONS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, Exception)
)


def examples_of(spec: Spec) -> tuple[HeldOut, ...]:
    """Return the examples of a spec as one file of checks; none when it shows nothing that can be checked.

    An example is a line behind `>>>` whose answer below is a literal. The lines before it, imports among
    them, are run first; without any import there is nothing of the project in it, and it is left alone.
    An answer that is no literal is a picture for people: how it prints is not what it is.
    """
    texts = (spec.intent, *(criterion.text for criterion in spec.criteria))
    lines: list[str] = []
    for text in dict.fromkeys(texts):
        lines += _lines(text)
    tree = _parsed("\n".join(lines))
    if tree is None or not any(isinstance(node, ast.Assert) for node in tree.body):
        return ()
    if not any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body):
        return ()
    return (HeldOut(name=NAME, content=("\n".join(lines) + "\n").encode()),)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a check file for the examples in a text."""
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return  # not written as a prompt shows it
    for example in examples:
        source = example.source.strip()
        if example.exc_msg is not None:
            name = example.exc_msg.partition(":")[0].strip().rpartition(".")[2]
            kind = name if name in _EXCEPTIONS else "Exception"  # the project's own need not be imported in an example
            if _parsed(source) is not None:
                body = "\n".join(f"    {line}" for line in source.splitlines())
                yield f"with raises({kind}):\n{body}"
        elif not example.want:
            yield source
        elif _is_literal(example.want.strip()) and _is_expression(source):
            yield f"assert ({source}) == ({example.want.strip()})"


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _is_expression(source: str) -> bool:
    tree = _parsed(source)
    return tree is not None and len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
