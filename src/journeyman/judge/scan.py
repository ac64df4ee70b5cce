"""The scan: every rule on added lines, over all changed files. It escalates; it refuses nothing."""

from journeyman.domain.candidate import FileChange
from journeyman.domain.finding import Finding
from journeyman.judge.cheating import scan_product
from journeyman.judge.evasion import scan_evasion
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.hidden_text import hidden_text
from journeyman.judge.newtests.mutants import subjects
from journeyman.judge.newtests.oracle import read_new_tests
from journeyman.judge.overlap import examples_in, memorised, memorised_data
from journeyman.judge.public_surface import surface_lost
from journeyman.judge.secrets_added import secrets_added
from journeyman.judge.silenced import comments_taken, silenced
from journeyman.judge.structure import own_modules

_READABLE_BYTES = 1_000_000
_DATA = (".json", ".csv", ".tsv", ".txt", ".yml", ".yaml", ".toml", ".ini", ".xml", ".dat")


async def scan_changes(changes: tuple[FileChange, ...], before: dict[str, bytes], laid: GroundTree) -> list[Finding]:
    """Return what the added lines of a candidate give a person to look at."""
    found: list[Finding] = []
    for change in changes:
        if change.content is not None and len(change.content) <= _READABLE_BYTES:
            old = before.get(change.path, b"")
            found += hidden_text(change.path, old, change.content)
            found += secrets_added(change.path, old, change.content)
    product = tuple(change for change in changes if change.path.endswith(".py") and not laid.suite.owns(change.path))
    data = tuple(change for change in changes if change.path.endswith(_DATA) and not laid.suite.owns(change.path))
    if product or data:
        found += await _scan_python(product, data, before, laid)
    named = subjects(product, before)
    sources = {change.path: change.content for change in product if change.content}
    own = own_modules(laid.paths(), laid.suite)
    for change in changes:
        if change.content and change.path.endswith(".py") and laid.suite.is_test_file(change.path):
            old = before.get(change.path, b"")
            found += read_new_tests(change.path, old, change.content, product=sources, subjects=named, own=own)
    return found


async def _scan_python(
    product: tuple[FileChange, ...], data: tuple[FileChange, ...], before: dict[str, bytes], laid: GroundTree
) -> list[Finding]:
    tests = await laid.read(path for path in laid.paths() if path.endswith(".py") and laid.suite.owns(path))
    examples = examples_in(tests.values())
    found: list[Finding] = []
    own = own_modules(laid.paths(), laid.suite)
    moved = comments_taken((before.get(change.path, b""), change.content or b"") for change in product)
    for change in product:
        if change.content:
            old = before.get(change.path, b"")
            found += scan_product(change.path, old, change.content, own=own)
            found += scan_evasion(change.path, old, change.content)
            found += silenced(change.path, old, change.content, moved=moved)
            found += memorised(change.path, old, change.content, examples)
    for change in data:
        found += memorised_data(change.path, before.get(change.path, b""), change.content or b"", examples)
    offered = {change.path: before[change.path] for change in product if change.path in before}
    found += surface_lost(offered, {change.path: change.content for change in product})
    return found
