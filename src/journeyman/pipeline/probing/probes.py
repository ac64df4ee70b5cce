"""The probes of one comparison: a bounded number, in fixed order, from everything that shows how the code is used."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from journeyman.domain.behaviour import Probe
from journeyman.domain.candidate import Candidate
from journeyman.domain.snapshot import EntryKind
from journeyman.domain.spec import Spec
from journeyman.domain.verification import Ground
from journeyman.pipeline.probing.asked import Body, bodies_of_examples, bodies_of_tests
from journeyman.pipeline.probing.signatures import calls
from journeyman.pipeline.probing.varied import variants
from journeyman.ports.repository import Repository

MOST = 240
"""Probes of one comparison: each takes about a millisecond."""
_TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test)\.py$")


async def probes_for(
    spec: Spec, ground: Ground, candidates: Sequence[Candidate], *, repository: Repository
) -> tuple[Probe, ...]:
    """Return what to ask of candidates; the same for the same candidates, in whatever order they came.

    Asked are the bodies of the spec's tests, of the tests that candidates added, the spec's examples, and calls of
    changed functions by their signatures.
    """
    wanted = {name.partition("::")[0] for name in spec.must_pass}
    changed = {change.path for candidate in candidates for change in candidate.changes}
    base = await _base_texts(ground, wanted | changed, repository)
    tests = {test.path: test.content.decode("utf-8", "replace") for test in spec.oracle_tests}
    tests |= {path: base[path] for path in sorted(wanted) if path in base and path not in tests}
    bodies = [body for path, source in tests.items() for body in bodies_of_tests(path, source)]
    bodies += _of_candidates(candidates, base)
    for text in dict.fromkeys((spec.intent, *(criterion.text for criterion in spec.criteria))):
        bodies += bodies_of_examples(f"example {len(bodies)}", text)
    by_signature = dict(_by_signature(candidates, base))
    room = MOST - min(len(by_signature), MOST // 4)
    sources = dict(_asked(bodies, most=room)) | by_signature
    return tuple(Probe(id=name, source=source) for name, source in list(sources.items())[:MOST])


def _asked(bodies: Sequence[Body], *, most: int) -> Iterator[tuple[str, str]]:
    """Yield every body as it stands, then variants of each as far as there is room."""
    for body in bodies[:most]:
        yield body.name, _source(body, body.statements)
    each = max(0, most - len(bodies)) // max(1, len(bodies))
    for body in bodies[:most]:
        for number, statements in enumerate(variants(body.statements, most=each), start=1):
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
