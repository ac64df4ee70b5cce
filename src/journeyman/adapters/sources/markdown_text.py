"""Spec to Markdown: the form that `file:` reads, so that a spec from anywhere can live beside the code."""

import re

from journeyman.domain.spec import Criterion, Spec


def file_name(spec: Spec) -> str:
    """Return a name for the file: the title's words."""
    words = re.findall(r"[a-z0-9]+", spec.title.lower())
    return f"{'-'.join(words)[:60].strip('-') or 'spec'}.md"


def markdown_of(spec: Spec) -> str:
    """Return the spec as a Markdown document; what it came from is said at its end."""
    parts = [
        f"# {_one_line(spec.title)}",
        _tame(spec.intent),
        _section("Acceptance criteria", [_criterion(item) for item in spec.criteria]),
        _section("Constraints", [_one_line(item) for item in spec.constraints]),
        _section("Allowed paths", [f"`{item}`" for item in spec.allowed_paths]),
        _section("Forbidden paths", [f"`{item}`" for item in spec.forbidden_paths]),
        _section("Oracle tests", [f"`oracle/{item.path}` as `{item.path}`" for item in spec.oracle_tests]),
        _section("Must pass", [f"`{item}`" for item in spec.must_pass]),
        _section("Waivers", [f"`{item}`" for item in spec.waivers]),
        _section("Origin", [f"`{_one_line(spec.source.locator)}`, digest `{spec.source.digest}`"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _criterion(item: Criterion) -> str:
    identity = f"[{item.id}] " if re.fullmatch(r"[A-Za-z][\w.]*-\d+", item.id) else ""
    name = f"{_one_line(item.name)}: " if item.name and not item.given and not item.when else ""
    text = _steps(item) or _one_line(item.text)
    tests = f" ({', '.join(f'`{test}`' for test in item.tests)})" if item.tests else ""
    return f"{identity}{name}{text}{tests}"


def _steps(item: Criterion) -> str:
    if not item.when or not item.then:
        return ""
    parts = []
    for word, steps in (("Given", item.given), ("When", item.when), ("Then", item.then)):
        if steps:
            parts.append(f"{word} {' and '.join(_one_line(step).rstrip('.,;') for step in steps)}")
    return ", ".join(parts)


def _section(title: str, lines: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines) if lines else ""


def _tame(text: str) -> str:
    """Keep headings of the intent from being taken for sections of this document."""
    return re.sub(r"^#{1,2}(?=\s)", "###", text.strip(), flags=re.MULTILINE)


def _one_line(text: str) -> str:
    return " ".join(text.split())
