"""CODEOWNERS: who is asked for a review of which paths. Pure; the file is always the base commit's.

Read as GitHub, GitLab and Gitea do: patterns as in .gitignore without negation, the last match wins, and within
GitLab's sections the last match of each section counts.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

PLACES = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", ".gitea/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file may lie; the first one counts."""
_MOST_RULES = 5000
_SECTION = re.compile(r"^\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)$")
_OWNER = re.compile(r"@?[\w][\w.-]*(?:/[\w][\w./-]*)?")
_SPACE = re.compile(r"(?<!\\)\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRule:
    """One line of the file."""

    section: str
    pattern: str
    owners: tuple[str, ...]
    """`name` or `organisation/team`, without the @; e-mail addresses are left out. Empty: nobody owns it."""


def parse_owners(text: str) -> tuple[OwnerRule, ...]:
    """Return the rules of a file in order; what is no rule is passed over."""
    rules: list[OwnerRule] = []
    section = ""
    usual: tuple[str, ...] = ()
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith(("#", "!")):
            continue
        if heading := _SECTION.match(line):
            section, usual = heading["name"].strip().lower(), _owners(heading["owners"].split())
            continue
        pattern, *rest = _SPACE.split(line)
        said = rest[: next((n for n, word in enumerate(rest) if word.startswith("#")), len(rest))]
        rules.append(OwnerRule(section=section, pattern=pattern, owners=_owners(said) if said else usual))
        if len(rules) >= _MOST_RULES:
            break
    return tuple(rules)


def owners_of(rules: tuple[OwnerRule, ...], paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return who owns any of the paths, in order of first appearance."""
    found: dict[str, None] = {}
    for path in paths:
        last: dict[str, OwnerRule] = {}
        for rule in rules:
            if _matcher(rule.pattern).match(path):
                last[rule.section] = rule
        found.update(dict.fromkeys(owner for rule in last.values() for owner in rule.owners))
    return tuple(found)


def _owners(words: list[str]) -> tuple[str, ...]:
    return tuple(word.removeprefix("@") for word in words if word.startswith("@") and _OWNER.fullmatch(word))


@lru_cache(_MOST_RULES)
def _matcher(pattern: str) -> re.Pattern[str]:
    """Return what matches the paths a pattern owns: the path itself, and all below it if it names a folder."""
    plain = pattern.replace("\\ ", " ").replace("\\#", "#")
    anchored = "/" in plain.rstrip("/")
    body = "".join(_piece(part) for part in re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?)", plain.strip("/")))
    start = "^" if anchored or plain in {"*", "/"} else "^(?:.*/)?"
    # `docs/*` owns what lies in docs and nothing deeper; `docs/` and `docs` own everything below.
    end = "$" if plain.endswith("/*") else "/.*$" if plain.endswith("/") else "(?:/.*)?$"
    return re.compile(f"{start}{body}{end}" if plain.strip("/") else "^.*$")


def _piece(part: str) -> str:
    return {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
