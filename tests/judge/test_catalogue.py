"""Every rule that the judge can find has a meaning, a remedy and a line on the reference page."""

import re
from pathlib import Path

import pytest

from journeyman.judge.catalogue import RULES, meaning_of

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "src/journeyman/judge").rglob("*.py"), *(ROOT / "src/journeyman/pipeline").rglob("*.py")]
_RULE = re.compile(r'rule="([a-z][a-z-]+)"')


def test_every_rule_in_the_source_has_a_meaning() -> None:
    found = {rule for path in SOURCES for rule in _RULE.findall(path.read_text())}
    assert found > {"test-changed", "harness-compromised"}
    assert found <= RULES.keys()


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_on_the_reference_page(rule: str) -> None:
    page = (ROOT / "docs/reference/judge.md").read_text()
    assert f"| `{rule}` | " in page
    assert RULES[rule].summary.endswith(".")
    assert RULES[rule].remedy.endswith(".")


def test_a_rule_of_a_plug_in_has_a_general_meaning() -> None:
    assert meaning_of("house-rule").remedy
