"""Other tools' locks as lines for pip: each with its hashes, and nothing that is not of an index."""

import json

import pytest

from journeyman.domain.errors import UserError
from journeyman.judge.environment.locked_versions import pdm_lines, pipenv_lines, poetry_lines

POETRY = b"""
[[package]]
name = "six"
version = "1.17.0"
groups = ["main", "dev"]
markers = {main = "python_version < '3.13'", dev = "sys_platform == 'linux'"}
files = [{file = "six-1.17.0-py2.py3-none-any.whl", hash = "sha256:aa"}, {file = "six-1.17.0.tar.gz", hash = "sha256:bb"}]

[[package]]
name = "pywin32"
version = "310"
files = [{file = "pywin32-310-cp311-cp311-win_amd64.whl", hash = "sha256:cc"}]

[[package]]
name = "from-git"
version = "0.1"
files = []
[package.source]
type = "git"
url = "https://host.example/x.git"

[[package]]
name = "mirrored"
version = "2"
files = [{file = "mirrored-2-py3-none-any.whl", hash = "sha256:dd"}]
[package.source]
type = "legacy"
url = "https://mirror.example/simple"

[[package]]
name = "Own_Name"
version = "9"
files = []
"""


def test_poetry() -> None:
    assert list(poetry_lines(POETRY, own_name="own-name")) == [
        "six==1.17.0 ; (python_version < '3.13') or (sys_platform == 'linux') --hash=sha256:aa --hash=sha256:bb",
        "mirrored==2 --hash=sha256:dd",
    ]


def test_pdm() -> None:
    lock = b"""
[[package]]
name = "six"
version = "1.17.0"
requires_python = ">=3.8, !=3.9.0"
marker = "os_name == 'posix'"
files = [{file = "six-1.17.0-py3-none-any.whl", hash = "sha256:aa"}]
[[package]]
name = "six"
version = "1.17.0"
extras = ["more"]
files = [{file = "six-1.17.0-py3-none-any.whl", hash = "sha256:aa"}]
[[package]]
name = "here"
version = "0"
path = "./here"
"""
    (line,) = pdm_lines(lock, own_name="")
    marker = "(python_full_version >= '3.8' and python_full_version != '3.9.0') and (os_name == 'posix')"
    assert line == f"six==1.17.0 ; {marker} --hash=sha256:aa"


def test_pipenv() -> None:
    lock = {
        "default": {"six": {"version": "==1.17.0", "hashes": ["sha256:aa"], "markers": "python_version > '3'"}},
        "develop": {"pytest": {"version": "==9.0"}, "own": {"version": "==1"}, "local": {"path": "."}},
    }
    assert list(pipenv_lines(json.dumps(lock).encode(), own_name="Own")) == [
        "six==1.17.0 ; python_version > '3' --hash=sha256:aa",
        "pytest==9.0",
    ]


@pytest.mark.parametrize("read", [poetry_lines, pdm_lines, pipenv_lines])
@pytest.mark.parametrize("content", [b"", b"<<<<<<< HEAD", b"[[package]]\nname = 1", b"\xff\xfe", b"[]"])
def test_a_damaged_lock_is_named(read: object, content: bytes) -> None:
    with pytest.raises(UserError, match=r"\.lock of the base commit cannot be read"):
        list(read(content, own_name=""))  # type: ignore[operator]
