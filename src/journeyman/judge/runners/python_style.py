"""Which of Python's two test tools a tree is written for."""

import ast

from journeyman.judge.runners.runner import TreeView
from journeyman.judge.suite import CONFIG_NAMES


def only_unittest(view: TreeView) -> bool:
    """Return whether tests are written for `unittest` and nothing in the tree speaks of pytest.

    Every test file must import `unittest`, or a test case from elsewhere, and none may hold a test that only
    pytest collects: a function at module level, or in a class without parents.
    """
    if any(path.rpartition("/")[2] in {"conftest.py", *CONFIG_NAMES[:4]} for path in view.paths):
        return False
    speaking = [path for path in view.contents if not path.endswith(".py")]
    if any(b"pytest" in view.contents[path] for path in speaking):
        return False
    tests = [content for path, content in view.contents.items() if path.endswith(".py")]
    return any(b"unittest" in content for content in tests) and not any(map(_needs_pytest, tests))


def _needs_pytest(content: bytes) -> bool:
    if b"pytest" in content:
        return True
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return False
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    homeless = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.bases]
    loose = [*tree.body, *(inner for node in homeless for inner in node.body)]
    return any(isinstance(node, functions) and node.name.startswith("test") for node in loose)
