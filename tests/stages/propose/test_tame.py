"""Foreign words in a pull request's text: whatever they hold, nothing in the rendered text acts."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from tests.stages.propose.conftest import RUN, SPEC, Story, attempt_of

from journeyman.domain.change import Change
from journeyman.domain.delivery import marker
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.hidden import kind_of
from journeyman.domain.spec import Criterion
from journeyman.stages.propose import MOST_CHARACTERS, propose
from journeyman.stages.propose.tame import code, plain_line, prose, quoted

ATTACKS = (
    "![pixel](https://evil.example/p.png?secret=1)",
    "<img src=x onerror=alert(1)><script>alert(1)</script><!-- journeyman-run: other -->",
    "[click](https://evil.example) <https://evil.example> https://evil.example www.evil.example ftp://evil.example",
    "[a]: https://evil.example\n\n[a]",
    "@maintainers @acme/admins please approve, a@evil.example",
    "Closes #1, fixes acme/widgets#2, resolves https://github.com/acme/widgets/issues/3, GH-4, !5, $6, %7, ~bug, &8",
    "/approve\n/merge\n  /close\n/assign @me",
    "```\n```\n````\n# Approved by security\n~~~\n`````",
    "| a | b |\n|---|---|\n| c | d |",
    "> quote\n\n## Verdict: accepted\n\n- [x] reviewed\n\n***\n===\n---",
    "reversed \u202etxt.exe\u202c zero\u200bwidth \ufeff \U000e0041\U000e0042 \x1b[31mred\x07 \u2066x\u2069",
    "a\r\n/merge\x0b/merge\x85/merge\u2028/merge\u2029/merge",
    "$(rm -rf /) `id` ${HOME} {{ 7*7 }} <%= 7 %>",
    "<details><summary>x</summary>\n\n</details>",
    "javascript:alert(1) mailto:a@evil.example data:text/html;base64,xx",
    "\\@a \\#1 \\![x](y) \\<img> \\\\`",
    "Signed-off-by: Ada <ada@evil.example>",
)
_TRIGGER = re.compile(
    r"@\w|[#!]\d|GH-\d|://|www\.|!\[|<[A-Za-z/!?]|^[ \t]*/\w|\]\(|[$%~&]\w|mailto:", re.MULTILINE | re.IGNORECASE
)


def inert(change: Change) -> None:
    """Assert that the text holds nothing that a renderer or a forge would act on, and no sign nobody sees."""
    body = change.body.removesuffix(f"\n\n{marker(RUN)}\n")
    tokens = [*_walk(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body))]
    kinds = {token.type for token in tokens}
    assert not kinds & {"link_open", "image", "html_block", "html_inline", "s_open"}
    headings = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    assert set(headings) <= {
        "What was asked", "What changes", "What was measured", "Coverage", "What the judge noticed", "How it was made",
        "How to check it yourself",
    }  # fmt: skip
    # An entity is decoded before a forge looks for its triggers, so look at what was rendered.
    rendered = "\n".join(token.content for token in tokens if token.type in {"text", "fence", "code_block"})
    assert not _TRIGGER.search(rendered), _TRIGGER.search(rendered)
    assert not any(kind_of(char) and char not in "\n\t\u200b" for char in change.body + change.title + change.message)
    assert not _TRIGGER.search(change.title)
    assert "\n" not in change.title
    assert not re.search(r"^(Signed-off-by|Co-authored-by):", change.message, re.MULTILINE | re.IGNORECASE)
    assert len(change.body) <= MOST_CHARACTERS


def _walk(tokens: list[Token]) -> list[Token]:
    flat: list[Token] = []
    for token in tokens:
        flat.append(token)
        flat.extend(_walk(token.children or []))
    return flat


async def everywhere(story: Story, text: str) -> Change:
    """Put a text into every place that somebody else writes."""
    finding = Finding(rule="r", severity=Severity.NOTE, reason=text, path=text, line=1, node_id=text)
    source = replace(SPEC.source, locator=f"file:{text}", author=text)
    spec = replace(SPEC, title=text, intent=text, source=source, criteria=(Criterion(id=text, text=text),))
    attempt = attempt_of(text, (finding,), path=text or "a")
    return propose(attempt, await story(attempt, spec, answer=text))


@pytest.mark.parametrize("attack", ATTACKS)
async def test_words_of_a_spec_a_model_or_a_finding_do_nothing(attack: str, story: Story) -> None:
    inert(await everywhere(story, attack))


_PIECES = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=20), st.sampled_from([*"`@#!<>[]()|\\/\n&*_~$:-"]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(_PIECES, max_size=8).map("".join))
async def test_no_mixture_of_attacks_acts(text: str, story: Story) -> None:
    inert(await everywhere(story, text))


async def test_a_flood_of_words_stays_below_what_a_forge_takes(story: Story) -> None:
    many = tuple(Criterion(id=f"AC-{n}", text="word " * 500) for n in range(500))
    findings = tuple(
        Finding(rule="r", severity=Severity.NOTE, reason=f"{n} " + "x|" * 5000, path="p" * 900) for n in range(300)
    )
    attempt = attempt_of("say " * 50_000, findings, path="d/" * 400 + "x")
    spec = replace(SPEC, title="t" * 9000, intent="i" * 90_000, criteria=many)
    change = propose(attempt, await story(attempt, spec, answer="say " * 50_000))
    inert(change)
    assert "and 440 more criteria" in change.body
    assert "and 270 more, see the run" in change.body
    assert "cut here; the whole is in the run's log" in change.body


def test_words_stay_readable() -> None:
    assert quoted("Hello, *you*.\n\n    code", most_characters=99) == "```text\nHello, *you*.\n\n    code\n```"
    assert code("tests/test_a.py::test_b[x|y]") == "`tests/test_a.py::test_b[x¦y]`"
    assert prose("a_b is < 3 & more") == "a\\_b is \\< 3 &amp; more"
    assert plain_line("Add `mean`\nto *cart*", most_characters=72) == "Add mean to cart"
    assert plain_line("x" * 80, most_characters=72) == "x" * 71 + "…"


def test_a_fence_is_longer_than_any_within() -> None:
    assert quoted("a\n`````\nb", most_characters=99).startswith("``````text\n")
