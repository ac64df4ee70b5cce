"""Which files of a tree are worth searching: written by people, readable, not vendored, not generated."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from journeyman.domain.snapshot import EntryKind, Snapshot, TreeEntry

MAX_FILE_BYTES = 400_000
_MAX_DATA_BYTES = 50_000
_SNIFFED_BYTES = 8192
_HEAD_CHARACTERS = 1000
_MINIFIED_LINE = 5000
_MINIFIED_AVERAGE = 300

_VENDORED = re.compile(
    r"(^|/)(node_modules|bower_components|vendor|vendored|_vendor|third[_-]party|site-packages|dist|\.venv|venv|"
    r"__pycache__|\.git|\.tox|\.eggs|[^/]+\.egg-info)/"
)
_NOT_WRITTEN = re.compile(
    r"(\.lock|-lock\.(json|yaml)|(^|/)go\.sum|\.min\.(js|css|mjs)|\.(bundle|chunk)\.js|\.map|_pb2(_grpc)?\.pyi?|\.pb\.\w+|"
    r"\.generated\.\w+|_generated\.\w+|\.g\.(cs|dart)|\.snap|\.po|\.pot)$"
)
_BINARY = re.compile(
    r"\.(png|jpe?g|gif|bmp|ico|webp|svg|pdf|zip|gz|bz2|xz|zst|7z|tar|tgz|whl|jar|war|class|pyc|pyo|so|dylib|dll|exe|a|o|"
    r"obj|lib|bin|dat|db|sqlite3?|parquet|npy|npz|pkl|onnx|gguf|safetensors|woff2?|ttf|otf|eot|mp[34]|ogg|wav|webm|mov|avi)$",
    re.IGNORECASE,
)
_DATA = re.compile(r"\.(json|jsonl|ya?ml|xml|csv|tsv|txt|ipynb|html?|sql|geojson|log)$", re.IGNORECASE)
_GENERATED = re.compile(
    r"@generated\b|\bDO NOT EDIT\b|\b(auto(matically)?[- ]?generated|generated automatically) by\b", re.IGNORECASE
)
_TEST = re.compile(
    r"(^|/)(tests?|__tests__|specs?|e2e|fixtures)/|(^|/)(test_[^/]*|conftest)\.py$|"
    r"_test\.(py|go|rs|c|cc|cpp|rb)$|_spec\.rb$|\.(test|spec)\.[cm]?[jt]sx?$|Tests?\.java$|(^|/)tests?\.(rs|py|js|ts)$"
)
_ASIDE = re.compile(
    r"(^|/)(examples?|samples?|demos?|docs?|bench(es|marks?)?|scripts?|tools?|ci|\.github)/|"
    r"\.(md|rst|txt|adoc)$|(^|/)(CHANGES|CHANGELOG|HISTORY|NEWS|README|LICENSE|CONTRIBUTING)[^/]*$"
)
_LINGUIST = re.compile(r"(?P<unset>-)?linguist-(generated|vendored)(=(?P<value>\w+))?")
_GLOB_PART = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_GLOB = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def is_test(path: str) -> bool:
    """Return whether a path looks like a test or what tests need."""
    return bool(_TEST.search(path))


def is_aside(path: str) -> bool:
    """Return whether a path holds documents, examples or scripts about the product, not the product."""
    return bool(_ASIDE.search(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """One line of a `.gitattributes` that says whether people wrote what it matches."""

    pattern: re.Pattern[str]
    written: bool


def attribute_files(snapshot: Snapshot) -> tuple[TreeEntry, ...]:
    """Return the `.gitattributes` files of a tree."""
    return tuple(
        entry
        for entry in snapshot.entries
        if entry.kind is EntryKind.FILE
        and entry.path.rpartition("/")[2] == ".gitattributes"
        and entry.size_bytes <= _MAX_DATA_BYTES
    )


def worth_reading(snapshot: Snapshot, attributes: Mapping[str, bytes]) -> tuple[TreeEntry, ...]:
    """Return the entries whose path and size promise text to search, in order.

    `attributes` maps each `.gitattributes` of the tree to its content; what it says of
    `linguist-generated` and `linguist-vendored` wins over what a path looks like.
    """
    rules = [rule for path in sorted(attributes) for rule in _rules(path, attributes[path])]
    return tuple(entry for entry in snapshot.entries if _worth_reading(entry, rules))


def text_of(content: bytes) -> str | None:
    """Return the text of a file, or None when it is empty, binary, not UTF-8, minified or generated."""
    if b"\0" in content[:_SNIFFED_BYTES]:
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = text.split("\n")
    if max(map(len, lines)) > _MINIFIED_LINE or len(text) / len(lines) > _MINIFIED_AVERAGE:
        return None
    return text if text.strip() and not _GENERATED.search(text[:_HEAD_CHARACTERS]) else None


def _worth_reading(entry: TreeEntry, rules: Iterable[_Rule]) -> bool:
    regular = entry.kind in {EntryKind.FILE, EntryKind.EXECUTABLE}
    most = _MAX_DATA_BYTES if _DATA.search(entry.path) else MAX_FILE_BYTES
    if not regular or not 0 < entry.size_bytes <= most or _BINARY.search(entry.path):
        return False
    written = not (_VENDORED.search(entry.path) or _NOT_WRITTEN.search(entry.path))
    for rule in rules:
        if rule.pattern.fullmatch(entry.path):
            written = rule.written
    return written


def _rules(path: str, content: bytes) -> list[_Rule]:
    folder = path.removesuffix(".gitattributes")
    rules = []
    for line in content.decode("utf-8", "replace").splitlines():
        pattern, *attributes = line.split() or ["#"]
        if pattern.startswith(("#", '"', "!")):
            continue
        for attribute in attributes:
            found = _LINGUIST.fullmatch(attribute)
            if found:
                written = bool(found["unset"]) or found["value"] in {"false", "0"}
                rules.append(_Rule(pattern=_compiled(folder, pattern), written=written))
    return rules


def _compiled(folder: str, pattern: str) -> re.Pattern[str]:
    """Translate a pattern of git's: without a slash it matches a name anywhere below, else from its folder."""
    anchored = "/" in pattern.rstrip("/")
    parts = _GLOB_PART.findall(pattern.lstrip("/"))
    expression = "".join(_GLOB.get(part) or re.escape(part) for part in parts)
    return re.compile(re.escape(folder) + ("" if anchored else "(?:.*/)?") + expression, re.DOTALL)
