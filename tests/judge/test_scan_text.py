"""Rules on text: silenced checks, hidden characters, secrets, and the public surface."""

import pytest

from journeyman.domain.finding import Severity
from journeyman.judge.hidden_text import hidden_text
from journeyman.judge.public_surface import public_names, surface_lost
from journeyman.judge.secrets_added import secrets_added
from journeyman.judge.silenced import comments_taken, silenced

SILENCING = {
    "x = 1  # type: ignore": "type checker",
    "x = 1  # type: ignore[arg-type]": "type checker",
    "# mypy: ignore-errors": "type checker",
    "import a  # noqa": "linter",
    "# ruff: noqa": "linter",
    "x = 1  # pylint: disable=all": "linter",
    "x = eval(y)  # nosec": "security scanner",
    "if x:  # pragma: no cover\n    pass": "coverage",
    "key = 1  # pragma: allowlist secret": "secret scanner",
}


@pytest.mark.parametrize(("source", "whom"), SILENCING.items())
def test_a_silenced_check(source: str, whom: str) -> None:
    (finding,) = silenced("a.py", b"", source.encode())
    assert whom in finding.reason
    assert list(silenced("a.py", source.encode(), source.replace("x", "y").encode())) == []


def test_what_is_no_comment_silences_nothing() -> None:
    assert list(silenced("a.py", b"", b"x = '# noqa'  # says why\n")) == []
    assert list(silenced("a.py", b"", b"x = ('\n")) == []


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "rot13", "unicode_escape"])
def test_a_file_whose_letters_are_turned_into_others(encoding: str) -> None:
    source = f"# -*- coding: {encoding} -*-\nx = 1  # type: ignore\n".encode()
    assert [finding.rule for finding in hidden_text("a.py", b"x = 1\n", source)] == ["hidden-text"]
    assert list(hidden_text("a.py", source, source + b"y = 2\n")) == []
    assert len(list(silenced("a.py", b"", source))) < 2  # whatever can be read of it


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "latin-1", "iso-8859-15", "cp1252", "ascii"])
def test_a_file_in_a_usual_encoding(encoding: str) -> None:
    assert list(hidden_text("a.py", b"", f"#!/usr/bin/python\n# vim: set fileencoding={encoding} :\n".encode())) == []


@pytest.mark.parametrize(
    "line",
    [
        "if admin:  # \u202e } \u2066 begin",
        "user\u200b = 1",
        "\u0430dmin = 1",  # a Cyrillic letter beside Latin ones
        "p\u0430ypal = 1",
        "\uff41\uff42 = 1",
    ],
)
def test_text_that_does_not_read_as_it_runs(line: str) -> None:
    found = list(hidden_text("a.py", b"", f"x = 1\n{line}\n".encode()))
    if line.startswith("\u0430dmin"):
        assert found[0].line == 2
    assert {finding.rule for finding in found} == {"hidden-text"}


@pytest.mark.parametrize("line", ["naïve = 1", "s = 'Привет'", "# café", "größe = 2", "名前 = 3", "имя = 4"])
def test_other_languages_are_no_attack(line: str) -> None:
    assert list(hidden_text("a.py", b"", f"{line}\n".encode())) == []


def test_hidden_text_that_was_there_is_no_news() -> None:
    old = "a = '\u200b'\n".encode()
    assert list(hidden_text("a.py", old, old + b"b = 1\n")) == []
    assert list(hidden_text("a.png", b"", old)) == []


def _made(*parts: str) -> str:
    return "".join(parts)  # so that no scanner takes this file for a leak


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (_made("-----BEGIN RSA PRIV", "ATE KEY-----"), "a private key"),
        (_made("key = 'AKIA", "Q3EGRZ7XWV5T2N6M'"), "AWS"),
        (_made("ghp_", "R8s2Kq0vB7nXc4LwZ1yHd9TfGm3JpUe6AoQi"), "GitHub"),
        (_made("sk-ant-", "q8Zr2Kq0vB7nXc4LwZ1yHd9TfGm3JpUe6AoQi"), "model provider"),
        (_made("url = 'postgres://app:", "hunter2hunter2@db.internal.net/x'"), "a password in an address"),
        (_made("api_key = '", "q8Zr2Kq0vB7nXc4LwZ1yHd9T'"), "under a telling name"),
    ],
)
def test_a_secret(line: str, says: str) -> None:
    (finding,) = secrets_added("app.toml", b"", f"a = 1\n{line}\n".encode())
    assert says in finding.reason
    assert finding.line == 2
    assert line[-12:-2] not in finding.reason


@pytest.mark.parametrize(
    "line",
    [
        "password = os.environ['APP_PASSWORD']",
        "token = 'your-token-goes-here-please'",
        "api_key = '${API_KEY_FROM_THE_VAULT}'",
        "secret = 'this is a sentence about nothing'",
        "url = 'https://example.org/path'",
        "sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
        "token_class = 'pygments.token.Generic.Heading'",
    ],
)
def test_no_secret(line: str) -> None:
    assert list(secrets_added("app.py", b"", line.encode())) == []


OFFERED = b"import os\n\ndef open_it(): ...\n\ndef _close(): ...\n\nclass Box:\n    SIZE = 1\n    def fill(self): ...\n"


def test_the_public_surface() -> None:
    assert set(public_names(OFFERED)) == {"open_it", "Box", "Box.SIZE", "Box.fill"}
    assert set(public_names(b"__all__ = ['Box']\n" + OFFERED)) == {"Box", "Box.SIZE", "Box.fill"}


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        ({"a.py": OFFERED}, ""),
        ({"a.py": OFFERED.replace(b"open_it", b"open_up")}, "`open_it`"),
        ({"a.py": OFFERED.replace(b"    def fill(self): ...\n", b"")}, "`Box.fill`"),
        ({"a.py": None}, "`Box`, `open_it`"),
        ({"a.py": None, "b.py": OFFERED}, ""),
        ({"a.py": b"from b import Box as Box, open_it as open_it\n", "b.py": OFFERED}, ""),
    ],
)
def test_what_is_taken_away(after: dict[str, bytes | None], lost: str) -> None:
    found = list(surface_lost({"a.py": OFFERED}, after))
    assert lost in found[0].reason if lost else not found


def test_private_modules_offer_nothing() -> None:
    assert list(surface_lost({"pkg/_inner.py": OFFERED}, {"pkg/_inner.py": None})) == []


@pytest.mark.parametrize(
    "line",
    [
        "if TYPE_CHECKING:",
        'if sys.platform == "win32":',
        "except ImportError:",
        "    raise NotImplementedError",
        "@t.overload",
        "    assert_never(kind)",
        'if __name__ == "__main__":',
    ],
)
def test_what_no_test_of_one_machine_reaches_needs_no_coverage(line: str) -> None:
    assert list(silenced("a.py", b"", f"{line}  # pragma: no cover\n".encode())) == []


def test_an_untyped_package_has_no_types_but_a_call_of_it_has() -> None:
    (imported,) = silenced("a.py", b"", b"import yaml  # type: ignore\n")
    (called,) = silenced("a.py", b"", b"x = yaml.load(y)  # type: ignore\n")
    assert (imported.severity, called.severity) == (Severity.NOTE, Severity.ESCALATE)


def test_a_comment_that_moves_along_with_its_code_is_no_news_once() -> None:
    moved = b"def f():  # pragma: no cover\n    pass\n"
    taken = comments_taken([(moved, b""), (b"", b"")])
    assert taken == ("# pragma: no cover",)
    assert list(silenced("b.py", b"", moved, moved=taken)) == []
    assert len(list(silenced("b.py", b"", moved + moved, moved=taken))) == 1


def lost(before: str, after: str, path: str = "shop/cart.py") -> list[str]:
    return [finding.rule for finding in surface_lost({path: before.encode()}, {path: after.encode()})]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def old():\n    warnings.warn('deprecated: use new')\n", ""),
        ('def old():\n    """.. deprecated:: 2"""\n', ""),
        ("@deprecated('use new')\nclass Old:\n    def total(self): pass\n", ""),
        ("class A(Base):\n    def total(self): pass\n", "class A(Base):\n    pass\n"),
        ("class A:\n    size = 3\n", "class A:\n    size: int = 3\n"),
        ("def old(): pass\n", "def __getattr__(name):\n    if name == 'old':\n        return 1\n"),
    ],
)
def test_what_goes_in_plain_sight_or_is_there_still_is_not_lost(before: str, after: str) -> None:
    assert lost(before, after) == []


def test_a_public_name_is_lost() -> None:
    gone = "class A:\n    def total(self): pass\n", "class A:\n    pass\n"
    assert lost(*gone) == ["public-code-removed"]
    assert lost("def old(): pass\n", "def __getattr__(name):\n    return 1\n") == ["public-code-removed"]
    assert lost(*gone, "setup.py") == lost(*gone, "docs/conf.py") == []
