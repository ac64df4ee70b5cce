"""gather: Spec -> Context. What the spec is about, found in the codebase and packed into a token budget."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from journeyman.domain.context import Context, Query, Snippet
from journeyman.domain.snapshot import EntryKind, Snapshot, TreeEntry
from journeyman.domain.spec import Spec
from journeyman.ports.index import CodeIndex
from journeyman.ports.repository import Repository
from journeyman.prompts import estimate_tokens

_NAMED_PATH = re.compile(r"[\w./-]+\.\w{1,10}")
_WHOLE_FILE_TOKENS = 1200
_RELEVANT_SHARE = 0.35
_TEST_PATH = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$|[._](test|spec)\.\w+$")
_MAX_TEST_CHARACTERS = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The context and what the strategies need beside it."""

    query: Query
    context: Context
    files: Mapping[str, str]
    """Text of every file in the context, whole, by path."""
    tests: str
    """Source of the tests that must pass, as Markdown."""


async def gather(
    spec: Spec, base: Snapshot, *, index: CodeIndex, repository: Repository, token_budget: int
) -> Gathered:
    """Find the code that a spec is about: files it names or its tests import come first, whole."""
    entries = {entry.path: entry for entry in base.entries}
    tests = await _test_sources(spec, entries, repository)
    named = _named_paths(spec, tests, entries)
    query = Query(text="\n".join([spec.title, spec.intent, *(item.text for item in spec.criteria)]), paths=named)
    hits = await index.search(base, query)
    shown = [hit for hit in relevant(hits) if hit.path not in tests]
    order = tuple(dict.fromkeys([*(path for path in named if path not in tests), *(hit.path for hit in shown)]))
    files = await _texts(order, entries, repository)
    context = pack(shown, files, entries=entries, named=named, token_budget=token_budget)
    editable = {path: files[path] for path in context.paths}
    return Gathered(query=query, context=context, files=editable, tests=_show_tests(spec, tests))


def relevant(hits: Sequence[Snippet]) -> list[Snippet]:
    """Drop what is far behind the best hit, and tests: they may not be changed, and the ones that matter are shown.

    Every token shown is a token that a small model on a CPU reads at some 50 a second.
    """
    floor = max((hit.score for hit in hits), default=0.0) * _RELEVANT_SHARE
    return [hit for hit in hits if hit.score >= floor and not _TEST_PATH.search(hit.path)]


def pack(
    hits: Iterable[Snippet],
    files: Mapping[str, str],
    *,
    entries: Mapping[str, TreeEntry],
    named: tuple[str, ...],
    token_budget: int,
) -> Context:
    """Fill a token budget: named files first, then hits in rank order; a small file is shown whole."""
    packed: list[Snippet] = []
    spent = omitted = 0
    whole: set[str] = set()
    named_hits = [_whole_file(path, files[path], entries[path], "named") for path in named if path in files]
    for hit in [*named_hits, *hits]:
        if hit.path in whole or hit.path not in files:
            continue
        choice = _whole_file(hit.path, files[hit.path], entries[hit.path], hit.retriever, score=hit.score)
        if estimate_tokens(choice.text) > min(_WHOLE_FILE_TOKENS, token_budget - spent):
            choice = hit
        cost = estimate_tokens(choice.text)
        if spent + cost > token_budget or not choice.text.strip():
            omitted += 1
            continue
        spent += cost
        if choice is not hit or choice.retriever == "named":
            whole.add(hit.path)
            packed = [snippet for snippet in packed if snippet.path != hit.path]
        packed.append(choice)
    return Context(snippets=tuple(packed), token_count=spent, omitted=omitted)


def _whole_file(path: str, text: str, entry: TreeEntry, retriever: str, *, score: float = 1.0) -> Snippet:
    lines = text.count("\n") + (not text.endswith("\n"))
    return Snippet(
        path=path, start_line=1, end_line=max(lines, 1), text=text, blob=entry.blob, score=score, retriever=retriever
    )


async def _test_sources(spec: Spec, entries: Mapping[str, TreeEntry], repository: Repository) -> dict[str, str]:
    """Return the source of every test that must pass: a person's oracle tests, and those named at the base."""
    sources = {test.path: test.content.decode("utf-8", "replace") for test in spec.oracle_tests}
    paths = {name.partition("::")[0] for name in spec.must_pass} - sources.keys()
    return sources | await _texts(tuple(sorted(paths)), entries, repository)


def _named_paths(spec: Spec, tests: Mapping[str, str], entries: Mapping[str, TreeEntry]) -> tuple[str, ...]:
    """Return the base's files that the spec names, then those that its tests import."""
    prose = "\n".join([spec.title, spec.intent, *(item.text for item in spec.criteria), *spec.allowed_paths])
    found = [path for path in _NAMED_PATH.findall(prose) if path in entries]
    imported = [path for source in tests.values() for path in _imported_paths(source, entries)]
    return tuple(path for path in dict.fromkeys([*found, *imported]) if path not in tests)


def _imported_paths(source: str, entries: Mapping[str, TreeEntry]) -> list[str]:
    """Return the files behind a test's imports, in whatever source root they live; modules before packages."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    modules: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules += [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
        elif isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
    paths = []
    for module in dict.fromkeys(modules):
        stem = module.replace(".", "/")
        wanted = (f"{stem}.py", f"{stem}/__init__.py")
        paths += [path for path in entries if any(path == name or path.endswith("/" + name) for name in wanted)]
    return sorted(paths, key=lambda path: path.endswith("__init__.py"))


async def _texts(paths: tuple[str, ...], entries: Mapping[str, TreeEntry], repository: Repository) -> dict[str, str]:
    """Return the text of each path that is a regular UTF-8 file; anything else is left out."""
    regular = (EntryKind.FILE, EntryKind.EXECUTABLE)
    there = [path for path in paths if path in entries and entries[path].kind in regular]
    contents = await repository.read_many(tuple(entries[path].blob for path in there))
    texts = {}
    for path, content in zip(there, contents, strict=True):
        try:
            texts[path] = content.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return texts


def _show_tests(spec: Spec, tests: Mapping[str, str]) -> str:
    parts = []
    for path, source in tests.items():
        wanted = {name.partition("::")[2].partition("[")[0] for name in spec.must_pass if name.startswith(path + "::")}
        text = _only_functions(source, wanted) if wanted and path not in _oracle_paths(spec) else source
        parts.append(f"### {path}\n```python\n{_clip(text).rstrip()}\n```")
    return "\n\n".join(parts)


def _oracle_paths(spec: Spec) -> set[str]:
    return {test.path for test in spec.oracle_tests}


def _only_functions(source: str, names: set[str]) -> str:
    """Keep imports and the named tests of a long test file; the whole file when that cannot be told."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return source
    leaves = {name.rpartition("::")[2] for name in names} | {name.partition("::")[0] for name in names}
    kept = [
        node
        for node in tree.body
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        or node.name in leaves
        or not node.name.lower().startswith("test")
    ]
    segments = [ast.get_source_segment(source, node, padded=True) or "" for node in kept]
    return "\n".join(segments) or source


def _clip(text: str) -> str:
    if len(text) <= _MAX_TEST_CHARACTERS:
        return text
    return text[:_MAX_TEST_CHARACTERS].rpartition("\n")[0] + "\n# ... clipped"
