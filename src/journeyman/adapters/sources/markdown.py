"""Markdown to Spec: headings that mean something become fields, everything else is the intent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.digest import digest_bytes
from journeyman.domain.errors import UserError
from journeyman.domain.spec import Criterion, OracleTest, Source, Spec

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(```+|~~~+)")
_BULLET = re.compile(r"^\s{0,3}(?:[-*+]|\d+[.)])\s+(.*)$")
_ID = re.compile(r"^\[?([A-Za-z][\w.]*-\d+)\]?[:.]?\s+")
_CODE = re.compile(r"`([^`\n]+)`")
_SHOWN_BY = re.compile(r"\s*\((?:\s*`[^`\n]*::[^`\n]*`\s*,?)+\)\.?\s*$")

_SECTIONS = {
    "acceptance criteria": "criteria",
    "criteria": "criteria",
    "constraints": "constraints",
    "allowed paths": "allowed_paths",
    "scope": "allowed_paths",
    "forbidden paths": "forbidden_paths",
    "oracle tests": "oracle_tests",
    "must pass": "must_pass",
    "waivers": "waivers",
}
_MAX_ORACLE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outline:
    title: str
    intent: str
    lists: Mapping[str, list[str]]
    """Bullets of each recognised section, by field name."""


def spec_from_markdown(text: str, *, locator: str, folder: Path) -> Spec:
    """Return the spec in a Markdown text; `folder` is where oracle tests are looked for.

    Raises:
        UserError: an oracle test is missing, too large, or aims outside the tree.
    """
    outline = _outline(text)
    return Spec(
        title=outline.title,
        intent=outline.intent,
        source=Source(locator=locator, digest=digest_bytes(text.encode("utf-8", "surrogatepass"))),
        criteria=tuple(_criterion(item, number) for number, item in enumerate(outline.lists["criteria"], start=1)),
        constraints=tuple(outline.lists["constraints"]),
        allowed_paths=tuple(_plain(item) for item in outline.lists["allowed_paths"]),
        forbidden_paths=tuple(_plain(item) for item in outline.lists["forbidden_paths"]),
        oracle_tests=tuple(_oracle(item, folder) for item in outline.lists["oracle_tests"]),
        must_pass=tuple(_plain(item) for item in outline.lists["must_pass"]),
        waivers=tuple(_plain(item) for item in outline.lists["waivers"]),
    )


def _outline(text: str) -> _Outline:
    title, section, fence = "", "", ""
    intent: list[str] = []
    lists: dict[str, list[str]] = {name: [] for name in _SECTIONS.values()}
    for line in text.replace("\r\n", "\n").split("\n"):
        fence = _fence_after(line, fence)
        heading = None if fence else _HEADING.match(line)
        if heading and not title and len(heading[1]) == 1:
            title = heading[2]
        elif heading and (known := _SECTIONS.get(heading[2].strip().lower().rstrip(":"))):
            section = known
        elif section and not heading:
            _collect(line, lists[section])
        else:
            section = ""
            intent.append(line)
    body = "\n".join(intent).strip()
    return _Outline(title=title or _first_sentence(body), intent=body, lists=lists)


def _fence_after(line: str, fence: str) -> str:
    """Return the fence that is open after this line: a heading inside code is not a heading."""
    found = _FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return found[1]
    return "" if found[1].startswith(fence) else fence


def _collect(line: str, items: list[str]) -> None:
    if bullet := _BULLET.match(line):
        items.append(bullet[1].strip())
    elif line.strip() and items:
        items[-1] += " " + line.strip()


def _first_sentence(body: str) -> str:
    line = next((line.strip() for line in body.split("\n") if line.strip()), "")
    return re.split(r"(?<=[.!?])\s", line, maxsplit=1)[0][:100]


def _criterion(item: str, number: int) -> Criterion:
    found = _ID.match(item)
    text = item[found.end() :] if found else item
    tests = tuple(code for code in _CODE.findall(text) if "::" in code)
    return Criterion(id=found[1] if found else f"AC-{number}", text=_SHOWN_BY.sub("", text).strip(), tests=tests)


def _plain(item: str) -> str:
    found = _CODE.search(item)
    return found[1] if found else item


def _oracle(item: str, folder: Path) -> OracleTest:
    codes = _CODE.findall(item) or [part.strip() for part in item.split(" as ")]
    if len(codes) not in (1, 2):
        raise UserError(
            f"oracle test `{item}` is not understood", remedy="Write: - `file beside the spec` as `path in the tree`"
        )
    origin, target = codes[0], codes[-1]
    parts = Path(target).parts
    if Path(target).is_absolute() or ".." in parts or not parts:
        raise UserError(f"oracle test `{target}` aims outside the tree", remedy="Give a relative path without `..`.")
    path = (folder / origin).resolve()
    if not path.is_relative_to(folder.resolve()):
        # A spec written by somebody else must not carry this machine's files into a branch.
        raise UserError(f"oracle test `{origin}` lies outside the spec's folder", remedy="Put it beside the spec.")
    if not path.is_file():
        raise UserError(f"oracle test `{origin}` is not there", remedy=f"It is looked for at {path}.")
    if path.stat().st_size > _MAX_ORACLE_BYTES:
        raise UserError(f"oracle test `{origin}` is over {_MAX_ORACLE_BYTES:,} bytes", remedy="Split it.")
    return OracleTest(path=Path(target).as_posix(), content=path.read_bytes())
