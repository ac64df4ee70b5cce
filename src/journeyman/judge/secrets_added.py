"""Secrets added: keys and tokens by the shapes their issuers gave them, and long random values given to telling names.

A small set of exact shapes rather than a general search for entropy: a finding should be worth a look.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_text_lines

_SHAPES = (
    (re.compile(r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP |ENCRYPTED )?PRIVATE KEY(?: BLOCK)?-----"), "a private key"),
    (re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"), "an AWS access key"),
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{60,}\b"), "a GitHub token"),
    (re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}\b"), "a GitLab token"),
    (re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}\b"), "a Slack token"),
    (re.compile(r"\bsk-(?:ant-|proj-|live-)?[A-Za-z0-9_-]{32,}\b"), "an API key of a model provider"),
    (re.compile(r"\b[rs]k_live_[0-9a-zA-Z]{20,}\b"), "a Stripe key"),
    (re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"), "a Google API key"),
    (re.compile(r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}\b"), "a PyPI token"),
    (re.compile(r"\bnpm_[A-Za-z0-9]{36}\b"), "an npm token"),
    (re.compile(r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b"), "a SendGrid key"),
    (re.compile(r"\b[a-z][a-z0-9+]*://[^/\s:@'\"]{1,64}:[^/\s:@'\"{}$<>]{8,}@[^\s'\"]+\."), "a password in an address"),
)
_ASSIGNED = re.compile(
    r"(?i)\b[\w.-]*(?:passw(?:or)?d|secret|token|api_?key|access_?key|private_?key)[\w-]*['\"]?\s*[:=]\s*"
    r"['\"]([^'\"\s]{20,})['\"]"
)
_PLACEHOLDER = re.compile(
    r"(?i)example|placeholder|dummy|changeme|your[-_]|xxxx|test|fake|\$\{|\{\{|<[a-z]|sample|0123|abcd"
)
_ENOUGH_BITS = 3.5


def secrets_added(path: str, before: bytes, after: bytes) -> Iterator[Finding]:
    """Yield an ESCALATE finding for each added line that holds what looks like a live secret; never the secret."""
    for number, line in added_text_lines(before, after):
        what = next((what for pattern, what in _SHAPES if (m := pattern.search(line)) and _is_live(m[0])), "")
        assigned = _ASSIGNED.search(line)
        if not what and assigned and _is_live(assigned[1]) and _is_random(assigned[1]):
            what = "a long random value under a telling name"
        if what:
            yield Finding(
                rule="secret-added",
                severity=Severity.ESCALATE,
                path=path,
                line=number,
                reason=f"line {number} of `{path}` holds {what}",
                remedy="Take it out, read it from the environment, and have it revoked if it was real.",
            )


def _is_live(text: str) -> bool:
    return not _PLACEHOLDER.search(text)


def _is_random(text: str) -> bool:
    """Return whether a value has the Shannon entropy, in bits for each character, of something drawn at random."""
    counts = Counter(text)
    bits = -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())
    return bits > _ENOUGH_BITS and any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
