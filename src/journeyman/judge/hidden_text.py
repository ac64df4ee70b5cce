"""Trojan source: characters that make code read otherwise than it runs, and names that only look alike.

After Boucher and Anderson, "Trojan Source: Invisible Vulnerabilities" (2021): bidirectional controls,
invisible characters, and identifiers that mix scripts.
"""

import io
import re
import tokenize
import unicodedata
from collections.abc import Iterator

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_text_lines

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e\u115f\u1160\u3164\uffa0")
_CODE = (".py", ".js", ".ts", ".jsx", ".tsx", ".go", ".rs", ".java", ".c", ".cc", ".cpp", ".h", ".rb", ".php", ".sh")
_TEXT = (*_CODE, ".toml", ".cfg", ".ini", ".yml", ".yaml", ".json", ".lock", ".md", ".rst", ".txt")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_PLAIN = re.compile(
    r"utf-?8(-sig)?|(us-)?ascii|latin-?1|iso-?8859-\d+|(cp|windows-)125\d|koi8-[ru]|euc-\w+|gbk|gb2312|big5|mac-roman"
)
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def hidden_text(path: str, before: bytes, after: bytes) -> Iterator[Finding]:
    """Yield an ESCALATE finding for each added line that does not read as it runs."""
    if not path.endswith(_TEXT):
        return
    for number, line in added_text_lines(before, after):
        text = line.removeprefix("\ufeff") if number == 1 else line
        if any(character in _BIDI for character in text) and path.endswith(_CODE):
            yield _finding(path, number, "holds a character that turns the direction of the text")
        elif any(character in _INVISIBLE for character in text) and path.endswith(_CODE):
            yield _finding(path, number, "holds a character that nobody sees")
    if path.endswith(".py") and (cookie := _strange_encoding(after)) and cookie != _strange_encoding(before):
        yield _finding(path, 1, f"says that the file is written in `{cookie}`, which turns letters into other letters")
    if path.endswith(".py") and not after.isascii():
        yield from _look_alikes(path, before, after)


def _strange_encoding(source: bytes) -> str:
    """Return the declared encoding when it does not read plain letters as they are; PEP 263 says where it stands."""
    for line in source.splitlines()[:2]:
        if said := _COOKIE.match(line):
            name = said[1].decode("ascii")
            return "" if _PLAIN.fullmatch(name.lower().replace("_", "-")) else name
    return ""


def _look_alikes(path: str, before: bytes, after: bytes) -> Iterator[Finding]:
    known = {name for _, name in _names(before)}
    for line, name in _names(after):
        if name in known:
            continue
        scripts = {_script(character) for character in name if character.isalpha()} - {""}
        if len(scripts) > 1 or unicodedata.normalize("NFKC", name) != name:
            known.add(name)
            yield _finding(path, line, f"has the name `{name}`, whose letters look like those of others,")


def _names(source: bytes) -> Iterator[tuple[int, str]]:
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type == tokenize.NAME and not token.string.isascii():
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError, ValueError, LookupError):
        return


def _script(character: str) -> str:
    name = unicodedata.name(character, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), "")


def _finding(path: str, line: int, what: str) -> Finding:
    return Finding(
        rule="hidden-text",
        severity=Severity.ESCALATE,
        path=path,
        line=line,
        reason=f"line {line} of `{path}` {what}",
        remedy="Write it with an escape such as \\u200b, or with plain letters.",
    )
