"""Added lines of text files, whatever the language."""

import difflib
from collections import Counter
from collections.abc import Iterator

_EXACT_UP_TO_LINES = 4000


def added_lines(before: bytes, after: bytes) -> frozenset[int]:
    """Return the 1-based numbers of the lines of `after` that are not lines of `before`.

    Common ends are cut first, so that a small change of a long file costs little; what is left of very
    long files is compared as bags of lines, which calls a moved line old.
    """
    old, new = before.splitlines(), after.splitlines()
    low, high_old, high_new = 0, len(old), len(new)
    while low < min(high_old, high_new) and old[low] == new[low]:
        low += 1
    while high_old > low and high_new > low and old[high_old - 1] == new[high_new - 1]:
        high_old, high_new = high_old - 1, high_new - 1
    old, new = old[low:high_old], new[low:high_new]
    if len(old) + len(new) > _EXACT_UP_TO_LINES:
        known = Counter(old)
        found = []
        for number, line in enumerate(new, low + 1):
            if known[line]:
                known[line] -= 1
            else:
                found.append(number)
        return frozenset(found)
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return frozenset(low + number + 1 for tag, _, _, a, b in blocks if tag != "equal" for number in range(a, b))


def added_text_lines(before: bytes, after: bytes) -> Iterator[tuple[int, str]]:
    """Yield (number, text) of the lines of `after` that are not lines of `before`."""
    lines = after.splitlines()
    for number in sorted(added_lines(before, after)):
        yield number, lines[number - 1].decode("utf-8", "replace")
