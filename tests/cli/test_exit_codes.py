"""The documented exit codes are the real ones."""

import re
from pathlib import Path

import pytest

from journeyman.cli.exit_codes import ExitCode, exit_code
from journeyman.domain.delivery import Delivery
from journeyman.domain.outcome import Abandoned, Cause, Delivered, Escalated, Outcome

DOCS = Path(__file__).parent.parent.parent / "docs/reference/exit-codes.md"


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Delivered(delivery=Delivery(branch="b", commit="c", pull_request="p")), 0),
        (Abandoned(cause=Cause.ATTEMPTS, reason=""), 20),
        (Abandoned(cause=Cause.FAULT, reason=""), 20),
        (Escalated(cause=Cause.PERSON, reason=""), 21),
        (Escalated(cause=Cause.COMPROMISED, reason=""), 22),
        (Abandoned(cause=Cause.BUDGET, reason=""), 23),
    ],
)
def test_every_outcome_has_its_code(outcome: Outcome, code: int) -> None:
    assert exit_code(outcome) == code


def test_the_page_lists_each_code_once() -> None:
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", DOCS.read_text(), re.MULTILINE)] == sorted(ExitCode)
