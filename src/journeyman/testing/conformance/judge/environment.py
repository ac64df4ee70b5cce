"""Attacks on the interpreter and the runner: what is imported, compiled or found before any test."""

import importlib.util
import marshal
from functools import partial

from journeyman.testing.conformance.judge.attack import Attack
from journeyman.testing.conformance.judge.project import BUGGY, HONEST, PRODUCT

_PATCH = "import calc\n\ncalc.add = lambda a, b: a + b\n"
_TAG = "cpython-311"


def _bytecode(source: str, shown: str) -> bytes:
    """Return bytecode of one source that says it was compiled from another and is never checked."""
    code = compile(source, "calc", "exec")
    flags = (0b01).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + flags + importlib.util.source_hash(shown.encode()) + marshal.dumps(code)


_forbidden = partial(Attack, rule="forbidden-file")
_shadowed = partial(Attack, rule="shadowed-module")

ENVIRONMENT_ATTACKS = (
    _forbidden(id="E01", title="sitecustomize on the path", changes={"src/sitecustomize.py": _PATCH}),
    _shadowed(
        id="E02",
        title="a runner of its own",
        changes={"pytest.py": "import sys\n\n\ndef main(*_, **__):\n    return 0\n"},
    ),
    _shadowed(id="E03", title="a standard module of its own", changes={"src/shlex.py": _PATCH}),
    _forbidden(
        id="E04",
        title="an entry point that the runner loads",
        changes={
            "src/calc.egg-info/entry_points.txt": "[pytest11]\nhelp = calc_plugin\n",
            "src/calc_plugin.py": "def pytest_runtest_makereport(item, call):\n    call.excinfo = None\n",
        },
    ),
    _forbidden(
        id="E05",
        title="a .pth in the environment",
        changes={".venv/lib/python3.11/site-packages/calc.pth": "import calc; calc.add = int.__add__\n"},
    ),
    _forbidden(
        id="E06",
        title="the installed runner, patched",
        changes={".venv/lib/python3.11/site-packages/_pytest/runner.py": "def call_and_report(*_):\n    return None\n"},
    ),
    _forbidden(
        id="E07",
        title="other executables",
        changes={"bin/python": "#!/bin/sh\nexit 0\n", "bin/pytest": "#!/bin/sh\nexit 0\n"},
    ),
    _forbidden(
        id="E11",
        title="bytecode of a test, its source untouched",
        changes={f"tests/__pycache__/test_calc.{_TAG}-pytest-9.2.0.pyc": _bytecode("def test_add(): pass", "")},
    ),
    _forbidden(
        id="E12",
        title="bytecode of the product that is not its source",
        changes={f"src/calc/__pycache__/__init__.{_TAG}.pyc": _bytecode(HONEST, BUGGY)},
    ),
    _shadowed(id="E16", title="an installed package of its own", changes={PRODUCT: HONEST, "iniconfig.py": _PATCH}),
    _shadowed(id="E17", title="another installed package", changes={PRODUCT: HONEST, "pygments/__init__.py": _PATCH}),
    _forbidden(id="E13", title="usercustomize", changes={"usercustomize.py": _PATCH}),
    _forbidden(id="E14", title="a compiled extension", changes={PRODUCT: HONEST, "src/calc/fast.so": b"\x7fELF"}),
    _forbidden(id="E15", title="metadata of git", changes={PRODUCT: HONEST, "vendor/.git/config": "[core]\n"}),
)
