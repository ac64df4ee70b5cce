"""Checks told to look away: added comments that silence a linter, a type checker, a scanner or coverage."""

import io
import re
import tokenize
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_lines

_SILENCING = (
    (re.compile(r"#\s*(type:\s*ignore|pyright:\s*ignore|mypy:\s*ignore-errors|pyre-)"), "the type checker"),
    (re.compile(r"#\s*(ruff:\s*|flake8[:=]\s*)?noqa|#\s*ruff:\s*ignore", re.IGNORECASE), "the linter"),
    (re.compile(r"#\s*pylint:\s*(disable|skip-file)"), "the linter"),
    (re.compile(r"#\s*nosec|#\s*nosemgrep|#\s*noqa:\s*S\d"), "the security scanner"),
    (re.compile(r"#\s*pragma:\s*no\s*(cover|branch)"), "the coverage check"),
    (re.compile(r"#\s*mutmut|#\s*pragma:\s*no\s*mutate"), "the mutation check"),
    (re.compile(r"#\s*pragma:\s*allowlist\s+secret|gitleaks:allow"), "the secret scanner"),
)
_NAMED = re.compile(r"ignore\s*\[\s*[\w-]|noqa:?\s*[A-Z]{0,5}\d|disable=[\w-]*[a-z]-", re.IGNORECASE)
_NEVER = re.compile(r"nosec|nosemgrep|no\s*cover|noqa:\s*S\d|disable=all|allow", re.IGNORECASE)


_UNREACHED = re.compile(
    r"\s*(if ((typing\.|t\.)?TYPE_CHECKING|sys\.(platform|version_info)|os\.name|__name__)\b"
    r"|@(\w+\.)?overload\b|@(abc\.)?abstract|(\w+\.)?assert_never\(|\.\.\.|def .*: \.\.\."
    r"|except \(?(ImportError|ModuleNotFoundError)\b|raise (NotImplementedError|AssertionError)\b)"
)
"""Code that by convention no test of one machine and one installation reaches."""
_IMPORTS = re.compile(r"\s*(import|from)\s")


def silenced(
    path: str,
    before: bytes,
    after: bytes,
    *,
    severity: Severity = Severity.ESCALATE,
    moved: Collection[str] = (),
) -> Iterator[Finding]:
    """Yield a finding for each comment on an added line that makes a check look away.

    One that names what exactly is wrong with its line is a note: such things are argued out in review.
    A comment that stood on a line before, whatever else of that line has changed, is no news; nor is one that
    came along with code from another file (`moved`). What is never reached by convention needs no coverage, and
    a package without type annotations has no types.
    """
    known = [*(comment for _, comment in _comments(before)), *moved]
    lines = after.decode("utf-8", "replace").splitlines()
    added = added_lines(before, after)
    for line, comment in _comments(after):
        if comment in known:
            known.remove(comment)
            continue
        whom = next((whom for pattern, whom in _SILENCING if pattern.search(comment)), "")
        if whom and line in added:
            named = severity is Severity.ESCALATE and _NAMED.search(comment) and not _NEVER.search(comment)
            if whom == "the coverage check" and _UNREACHED.match(lines[line - 1]):
                continue
            untyped = whom == "the type checker" and _IMPORTS.match(lines[line - 1])
            yield Finding(
                rule="check-silenced",
                severity=Severity.NOTE if named or untyped else severity,
                path=path,
                line=line,
                reason=f"`{comment[:60]}` makes {whom} look away",
                remedy="Mend what the check would say, or let a person decide.",
            )


def comments_taken(edits: Iterable[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """Return the silencing comments that files (before, after) hold no more, each as often as it went."""
    gone: Counter[str] = Counter()
    for before, after in edits:
        now = Counter(comment for _, comment in _comments(after))
        gone += Counter(comment for _, comment in _comments(before)) - now
    return tuple(gone.elements())


def _comments(source: bytes) -> Iterator[tuple[int, str]]:
    """Yield (line, comment) of a Python file, as far as it can be read."""
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError, ValueError, LookupError):
        return
