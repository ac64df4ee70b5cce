"""Mine (words, code) pairs that a static embedding is trained on.

    python bench/retrieval/train/pairs.py OUT.jsonl --wheels DIR --gits DIR [DIR ...]

One JSON list per line: kind, source, words, header (path and names), body. Kinds:

    doc       first paragraph of a docstring -> the function without it
    comment   comment above a definition -> the definition
    name      words of a function's name -> its body, the name masked
    commit    message of a commit -> a definition that its hunks touch

Wheels whose metadata names no permissive license are skipped; the licenses of repositories are yours to check. Never
point it at a package or repository that an evaluation uses, nor at its siblings.
"""

import argparse
import ast
import json
import random
import re
import subprocess
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

from journeyman.retrieval.chunk import Chunk, chunks_of, text_of_lines
from journeyman.retrieval.walk import is_aside, is_test, text_of

Row = tuple[str, str, str, str, str]

MAX_WORDS_CHARACTERS, MAX_BODY_CHARACTERS = 500, 3000
MAX_FILE_CHARACTERS = 200_000
SOURCE_SUFFIXES = frozenset(
    [
        "py",
        "js",
        "mjs",
        "cjs",
        "jsx",
        "ts",
        "mts",
        "tsx",
        "go",
        "rs",
        "java",
        "kt",
        "c",
        "h",
        "cc",
        "cpp",
        "hpp",
        "cs",
        "rb",
        "php",
    ]
)
VENDORED = re.compile(r"(^|/)(_vendor|_vendored|vendor|extern|externals?|third_party|node_modules|dist)(/|$)")
ENDS = re.compile(r"\n\s*\n|\n\s*(?::param|@param|@return|Args:|Parameters|Returns|Raises|Examples?:|>>>|```)")
ROLE = re.compile(r":\w+:`~?\.?([^`]*)`")
TRAILER = re.compile(
    r"^\s*[A-Z][\w-]+-by:.*$|^\s*\(?(refs?|see|fix(es|ed)?|close[sd]?|resolve[sd]?)\b[:\s]*#?\d+.*$",
    re.IGNORECASE | re.MULTILINE,
)
LINK = re.compile(r"https?://\S+|\(?#\d+\)?|\b[0-9a-f]{8,40}\b|\S+/\S+\.\w{1,5}\b")
CHORE = re.compile(
    r"(?i)^\W*(\w+(\([^)]*\))?!?:\s*)?(merge|revert|bump|release|version|update dep|chore|ci|docs?|typo|style|format|"
    r"lint|prepare|build\(deps|upgrade|changelog|tests?\b|\[pre-commit|pre-commit|auto)"
)
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|HPND|Zlib|Unlicense|0BSD|CC0|Public Domain)\b", re.IGNORECASE
)
OTHER_LICENSE = re.compile(r"\b([AL]?GPL|GNU|MPL|Mozilla|EPL|EUPL|Proprietary)\b|LGPL", re.IGNORECASE)
COMMENT_MARK = re.compile(r"^\s*(///?!?|/\*\*?|\*/?|#+|--)\s?")
CODE_IN_COMMENT = re.compile(r"[{};]\s*$")


def first_paragraph(text: str) -> str:
    paragraph = ENDS.split(text.strip(), maxsplit=1)[0]
    return re.sub(r"\s+", " ", ROLE.sub(r"\1", paragraph)).strip()[:MAX_WORDS_CHARACTERS]


def functions(text: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield (qualified name, docstring, source without the docstring) of every Python function."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    lines = text.split("\n")

    def walk(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, str | None, str]]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                said = ast.get_docstring(node)
                kept = lines[start - 1 : node.end_lineno]
                if said and len(node.body) > 1:
                    first = node.body[0]
                    kept = lines[start - 1 : first.lineno - 1] + lines[first.end_lineno : node.end_lineno]
                yield prefix + node.name, said if len(node.body) > 1 else None, "\n".join(kept)
            elif isinstance(node, ast.ClassDef):
                yield from walk(node.body, prefix + node.name + ".")
            elif isinstance(node, ast.If | ast.Try | ast.With):
                yield from walk(node.body, prefix)

    yield from walk(tree.body, "")


def from_python(source: str, path: str, text: str) -> Iterator[Row]:
    for name, said, code in functions(text):
        if len(code) < 120:
            continue
        words = first_paragraph(said) if said else ""
        if len(words.split()) >= 4:
            yield "doc", source, words, f"{path} {name}", code[:MAX_BODY_CHARACTERS]
        else:
            yield from named(source, path, name, code)


def named(source: str, path: str, name: str, code: str) -> Iterator[Row]:
    last = re.split(r"[.:>]+", name)[-1]
    words = [word for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", last) if len(word) > 1]
    if len(words) >= 3 and len(code) > 160 and not last.startswith("test"):
        yield (
            "name",
            source,
            " ".join(words).lower(),
            path,
            re.sub(rf"\b{re.escape(last)}\b", "_", code)[:MAX_BODY_CHARACTERS],
        )


def from_comments(source: str, path: str, text: str) -> Iterator[Row]:
    for chunk in chunks_of(path, text):
        if not chunk.symbol:
            continue
        lines = text_of_lines(text, chunk.start_line, chunk.end_line).split("\n")
        above = 0
        while above < len(lines) and (COMMENT_MARK.match(lines[above]) or not lines[above].strip()):
            above += 1
        said = [COMMENT_MARK.sub("", line) for line in lines[:above] if not CODE_IN_COMMENT.search(line)]
        words = first_paragraph(re.sub(r"</?\w+>", " ", "\n".join(said)).strip(" */\n"))
        body = "\n".join(lines[above:])[:MAX_BODY_CHARACTERS]
        if len(words.split()) >= 4 and len(body) > 100:
            yield "comment", source, words, f"{path} {chunk.symbol}", body
        else:
            yield from named(source, path, chunk.symbol, body)


def from_wheel(wheel: Path, cap: int, chance: random.Random) -> list[Row]:
    rows: list[Row] = []
    with zipfile.ZipFile(wheel) as archive:
        if not permissive(archive):
            return []
        names = [name for name in archive.namelist() if name.endswith(".py") and wanted(name)]
        chance.shuffle(names)
        for name in names:
            text = archive.read(name).decode("utf-8", "replace")
            if len(text) < MAX_FILE_CHARACTERS:
                rows += from_python(wheel.name.split("-")[0], name, text)
            if len(rows) > 4 * cap:
                break
    return capped(rows, cap, chance)


def permissive(archive: zipfile.ZipFile) -> bool:
    """Return whether a wheel's own metadata names a permissive license and no other."""
    name = next((name for name in archive.namelist() if name.endswith(".dist-info/METADATA")), None)
    if name is None:
        return False
    fields = Parser().parsestr(archive.read(name).decode("utf-8", "replace"))
    kinds = [kind for kind in fields.get_all("Classifier", []) if kind.startswith("License")]
    said = " ; ".join([fields.get("License-Expression", ""), fields.get("License", "")[:200], *kinds])
    return bool(PERMISSIVE.search(said)) and not OTHER_LICENSE.search(said)


def wanted(path: str) -> bool:
    return path.rpartition(".")[2] in SOURCE_SUFFIXES and not (is_test(path) or is_aside(path) or VENDORED.search(path))


def capped(rows: list[Row], cap: int, chance: random.Random) -> list[Row]:
    """Keep what people wrote before what a name says, at most `cap` of each."""
    chance.shuffle(rows)
    kinds: Counter[str] = Counter()
    kept = []
    for row in rows:
        kinds[row[0]] += 1
        if kinds[row[0]] <= (cap if row[0] != "name" else cap // 3):
            kept.append(row)
    return kept


class Blobs:
    """Blobs of one repository by id, through one `git cat-file`; their chunks are remembered."""

    def __init__(self, directory: Path) -> None:
        self._process = subprocess.Popen(
            ["git", "-C", str(directory), "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._chunks: dict[str, tuple[str, tuple[Chunk, ...]] | None] = {}

    def read(self, blob: str) -> str | None:
        """Return the text of a blob that is worth learning from."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(blob.encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().split()
        if len(answer) < 3:
            return None
        content = self._process.stdout.read(int(answer[2]) + 1)[:-1]
        return text_of(content) if answer[1] == b"blob" and len(content) < MAX_FILE_CHARACTERS else None

    def chunks(self, blob: str, path: str) -> tuple[str, tuple[Chunk, ...]] | None:
        """Return the text and the chunks of a blob."""
        if blob not in self._chunks:
            text = self.read(blob)
            self._chunks[blob] = None if text is None else (text, chunks_of(path, text))
        return self._chunks[blob]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def from_repository(directory: Path, cap: int, chance: random.Random) -> list[Row]:
    source = directory.parent.name
    blobs = Blobs(directory)
    listed = git(directory, "ls-tree", "-r", "HEAD").splitlines()
    files = [(line.split("\t", 1)[1], line.split()[2]) for line in listed if wanted(line.split("\t", 1)[1])]
    chance.shuffle(files)
    rows: list[Row] = []
    for path, blob in files[:500]:
        text = blobs.read(blob)
        if text:
            rows += from_python(source, path, text) if path.endswith(".py") else from_comments(source, path, text)
    kept = capped(rows, cap, chance) + from_commits(directory, blobs, cap, chance)
    blobs.close()
    return kept


def from_commits(directory: Path, blobs: Blobs, cap: int, chance: random.Random) -> list[Row]:
    pathspecs = [f"*.{suffix}" for suffix in sorted(SOURCE_SUFFIXES)]
    shown = ("-p", "-U0", "--full-index", "--no-renames", "--no-color", "--format=%x1e%B%x1d")
    log = git(directory, "log", "--no-merges", "-2500", *shown, "HEAD", "--", *pathspecs)
    rows: list[Row] = []
    for record in log.split("\x1e")[1:]:
        message, _, patch = record.partition("\x1d")
        words = clean_message(message)
        if CHORE.match(message) or len(words.split()) < 4 or len(patch) > 60_000:
            continue
        touched = list(touched_chunks(patch, blobs))
        chance.shuffle(touched)
        rows += [("commit", directory.parent.name, words, header, body) for header, body in touched[:3]]
        if len(rows) >= 2 * cap:
            break
    return rows


def clean_message(message: str) -> str:
    return re.sub(r"\s+", " ", LINK.sub(" ", TRAILER.sub(" ", message))).strip()[:MAX_WORDS_CHARACTERS]


def touched_chunks(patch: str, blobs: Blobs) -> Iterator[tuple[str, str]]:
    files = re.split(r"^diff --git ", patch, flags=re.MULTILINE)[1:]
    if len(files) > 6:
        return
    for file in files:
        path = re.match(r"a/(\S+) b/", file)
        ids = re.search(r"^index ([0-9a-f]+)\.\.", file, flags=re.MULTILINE)
        if not path or not ids or not ids[1].strip("0") or not wanted(path[1]):
            continue
        cut = blobs.chunks(ids[1], path[1])
        spans = [
            (int(start), int(count or 1))
            for start, count in re.findall(r"^@@ -(\d+)(?:,(\d+))? ", file, flags=re.MULTILINE)
        ]
        for chunk in cut[1] if cut else ():
            if chunk.names and any(
                start <= chunk.end_line and start + max(count, 1) > chunk.start_line for start, count in spans
            ):
                assert cut is not None
                body = text_of_lines(cut[0], chunk.start_line, chunk.end_line)
                yield f"{path[1]} {' '.join(chunk.names[:6])}", body[:MAX_BODY_CHARACTERS]


def git(directory: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(directory), *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--wheels", type=Path)
    options.add_argument("--gits", type=Path, nargs="*", default=[])
    options.add_argument("--cap", type=int, default=700, help="of each kind, from one source")
    given = options.parse_args()
    chance = random.Random(11)
    kinds: Counter[str] = Counter()
    with given.out.open("w") as out:
        for wheel in sorted(given.wheels.glob("*.whl")) if given.wheels else []:
            write(out, from_wheel(wheel, given.cap, chance), kinds)
        for directory in given.gits:
            write(out, from_repository(directory, given.cap, chance), kinds)
            print(directory.parent.name, dict(kinds), flush=True)


def write(out: "object", rows: list[Row], kinds: Counter[str]) -> None:
    for row in rows:
        kinds[row[0]] += 1
        print(json.dumps(row), file=out)  # type: ignore[call-overload] # an open text file


if __name__ == "__main__":
    main()
