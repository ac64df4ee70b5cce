"""The probes of one comparison: a bounded number, in fixed order, from everything that shows how the code is used."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from journeyman.domain.behaviour import Probe
from journeyman.domain.candidate import Candidate
from journeyman.domain.snapshot import EntryKind
from journeyman.domain.spec import Spec
from journeyman.domain.verification import Ground
from journeyman.pipeline.probing.asked import Body, bodies_of_examples, bodies_of_tests
from journeyman.pipeline.probing.signatures import calls, module_of
from journeyman.pipeline.probing.varied import variants
from journeyman.ports.repository import Repository

MOST = 240
"""Probes of one comparison: each takes about a millisecond."""
_SHORT = 8
_MOST_SPOKEN = 12
_MOST_TEST_FILES = 400
"""Of the base, that are looked at for the names of changed modules."""
_TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test)\.py$")


async def probes_for(
    spec: Spec, ground: Ground, candidates: Sequence[Candidate], *, repository: Repository
) -> tuple[Probe, ...]:
    """Return what to ask of candidates; the same for the same candidates, in whatever order they came.

    Asked are the bodies of the spec's tests, of the base's tests that name a changed module, of the tests that
    candidates added, the spec's examples, and calls of changed functions by their signatures.
    """
    wanted = {name.partition("::")[0] for name in spec.must_pass}
    known = sorted(entry.path for entry in ground.base.entries if _TEST_FILE.search(entry.path))[:_MOST_TEST_FILES]
    changed = {change.path for candidate in candidates for change in candidate.changes}
    base = await _base_texts(ground, {*wanted, *changed, *known}, repository)
    tests = {test.path: test.content.decode("utf-8", "replace") for test in spec.oracle_tests}
    stems = {re.escape(module_of(path).rpartition(".")[2]) for path in changed if path.endswith(".py")}
    named = re.compile(rf"\b({'|'.join(sorted(stems))})\b") if stems else None
    near = [path for path in known if path in base and named is not None and named.search(base[path])]
    tests |= {path: base[path] for path in (*sorted(wanted), *near) if path in base and path not in tests}
    bodies = [body for path, source in tests.items() for body in bodies_of_tests(path, source)]
    bodies += _of_candidates(candidates, base)
    for text in dict.fromkeys((spec.intent, *(criterion.text for criterion in spec.criteria))):
        bodies += bodies_of_examples(f"example {len(bodies)}", text)
    by_signature = dict(_by_signature(candidates, base))
    room = MOST - min(len(by_signature), MOST // 4)
    sources = dict(_asked(bodies, most=room, spoken=_spoken(candidates))) | by_signature
    return tuple(Probe(id=name, source=source) for name, source in list(sources.items())[:MOST])


def _spoken(candidates: Sequence[Candidate]) -> tuple[str | int, ...]:
    """Return the short texts and the numbers in the candidates' code, the most frequent first."""
    seen: Counter[str | int] = Counter()
    for candidate in candidates:
        for change in candidate.changes:
            if change.content is None or not change.path.endswith(".py") or _TEST_FILE.search(change.path):
                continue
            with suppress(SyntaxError, ValueError, RecursionError):
                constants = [
                    node.value for node in ast.walk(ast.parse(change.content)) if isinstance(node, ast.Constant)
                ]
                seen.update(one for one in constants if isinstance(one, str) and 0 < len(one) <= _SHORT)
                seen.update(one for one in constants if type(one) is int)
    ranked = sorted(seen.items(), key=lambda item: (-item[1], repr(item[0])))
    return tuple(word for word, _ in ranked)[:_MOST_SPOKEN]


def _asked(bodies: Sequence[Body], *, most: int, spoken: Sequence[str | int]) -> Iterator[tuple[str, str]]:
    """Yield every body as it stands, then variants of each as far as there is room."""
    for body in bodies[:most]:
        yield body.name, _source(body, body.statements)
    each = max(0, most - len(bodies)) // max(1, len(bodies))
    for body in bodies[:most]:
        for number, statements in enumerate(variants(body.statements, most=each, spoken=spoken), start=1):
            yield f"{body.name}~{number}", _source(body, statements)


def _source(body: Body, statements: Sequence[ast.stmt]) -> str:
    module = ast.Module(body=[*body.preamble, *statements], type_ignores=[])
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"


def _of_candidates(candidates: Sequence[Candidate], base: Mapping[str, str]) -> list[Body]:
    """Return the bodies of tests that candidates added, once each."""
    found: dict[str, Body] = {}
    for candidate in sorted(candidates, key=lambda one: one.digest):
        for change in candidate.changes:
            if change.content is None or not _TEST_FILE.search(change.path):
                continue
            known = {body.name for body in bodies_of_tests(change.path, base.get(change.path, ""))}
            for body in bodies_of_tests(change.path, change.content.decode("utf-8", "replace")):
                if body.name not in known:
                    found.setdefault(_source(body, body.statements), body)
    return list(found.values())


def _by_signature(candidates: Sequence[Candidate], base: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for candidate in sorted(candidates, key=lambda one: one.digest):
        for change in candidate.changes:
            if change.content and change.path.endswith(".py") and not _TEST_FILE.search(change.path):
                yield from calls(change.path, base.get(change.path, ""), change.content.decode("utf-8", "replace"))


async def _base_texts(ground: Ground, paths: set[str], repository: Repository) -> dict[str, str]:
    regular = (EntryKind.FILE, EntryKind.EXECUTABLE)
    there = [entry for entry in ground.base.entries if entry.path in paths and entry.kind in regular]
    contents = await repository.read_many(tuple(entry.blob for entry in there))
    return {entry.path: content.decode("utf-8", "replace") for entry, content in zip(there, contents, strict=True)}
