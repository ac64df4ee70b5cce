"""Localisation queries mined from history: a commit's message asks, the files and definitions it changed answer.

A query set is one JSON line per query: repo, sha, snapshot, files, funcs (path, name, first line, last line in the
snapshot), leak_sym, leak_stem. Message texts are read from the git directory.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

TRAILER = re.compile(
    r"^\s*(\w[\w-]*-by:|\(cherry picked|diff --git).*$|"
    r"^\s*(refs?|see|fix(es|ed)?|close[sd]?|resolve[sd]?|issue|ticket|pr|link|backport( of)?)\b\s*:?\s*"
    r"(also|issue|pr|ticket|from)?\s*(\S+/\S+)?(#\d|https?:|gh-|commit|\d{3,}).*$",
    re.IGNORECASE | re.MULTILINE,
)
LINK = re.compile(r"https?://\S+")
PATH = re.compile(
    r"\S*[\w-]+/[\w./-]+\.\w{1,5}\b\S*|\b[\w-]+\.(py|pyi|js|mjs|cjs|ts|tsx|go|rs|md|rst|txt|toml|yml|yaml|json|cfg)\b"
)
NUMBER = re.compile(
    r"\(?\b(closes|fixes|fixed|refs?|see|resolves|issue|pr|gh)?\s*[:\-]?\s*(gh-|#)\d+\)?", re.IGNORECASE
)
HASH = re.compile(r"\b[0-9a-f]{8,40}\b")
MOST_CHARACTERS = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One query and what a good answer shows."""

    repo: str
    sha: str
    snapshot: str
    files: tuple[str, ...]
    definitions: tuple[tuple[str, int, int], ...]
    """Path, first line, last line."""
    hard: bool
    """The message names neither a changed definition nor a changed file."""


def load(path: Path) -> list[Asked]:
    """Return the queries of one file."""
    return [
        Asked(
            repo=line["repo"],
            sha=line["sha"],
            snapshot=line["snapshot"],
            files=tuple(line["files"]),
            definitions=tuple((path, start, end) for path, _, start, end in line["funcs"]),
            hard=not (line["leak_sym"] or line["leak_stem"]),
        )
        for line in map(json.loads, path.read_text().splitlines())
    ]


def message_of(directory: Path, sha: str) -> str:
    """Return what a commit says, without trailers, links, paths, issue numbers and hashes."""
    said = subprocess.run(
        ["git", "-C", str(directory), "log", "-1", "--format=%B", sha], capture_output=True, check=True
    ).stdout.decode("utf-8", "replace")
    for pattern in (TRAILER, LINK, PATH, NUMBER, HASH):
        said = pattern.sub(" ", said)
    return re.sub(r"[ \t]+", " ", said).strip()[:MOST_CHARACTERS]
