"""Every rule of the judge, in words: what it means and what to do. The reference page is checked against it."""

from collections.abc import Mapping
from typing import NamedTuple


class Meaning(NamedTuple):
    """One rule for people."""

    summary: str
    remedy: str


_MEND = "Mend the product code until the test passes as it did."
_LEAVE_TESTS = "Leave existing tests as they are; add new ones in new files."
_PERSON = "Leave it out, or let a person decide."
_HONEST = "Take out what speaks in the test runner's place."

RULES: Mapping[str, Meaning] = {
    "empty-candidate": Meaning("The change changes nothing.", "Change the product code."),
    "unsafe-path": Meaning("A path cannot be written safely.", "Write regular files in regular folders."),
    "special-entry": Meaning("A symbolic link or submodule was added, changed or removed.", _PERSON),
    "skips-ci": Meaning("A commit message tells continuous integration to stand aside.", "Take it out of the message."),
    "out-of-scope": Meaning("A file outside the allowed paths is changed.", "Stay within the allowed paths."),
    "forbidden-file": Meaning("A file that is run without anyone having read it.", "Leave it out."),
    "protected-path": Meaning("A file that only a person may change.", _PERSON),
    "build-hook": Meaning("Something runs, or decides what is compiled, when the project is built.", _PERSON),
    "test-configuration": Meaning("How tests are found or run is changed.", _LEAVE_TESTS),
    "test-deleted": Meaning("A file the tests are made of is deleted.", _LEAVE_TESTS),
    "test-changed": Meaning("A file the tests are made of is changed.", _LEAVE_TESTS),
    "test-waived": Meaning("A person's waiver allowed this change of a test beforehand.", "Nothing; it is shown."),
    "new-test-proves-nothing": Meaning(
        "No new test fails without the change or notices a break of it.", "Test what the change is for."
    ),
    "new-test-uncounted": Meaning("A new test proves nothing about the change; others do.", "Nothing; it is shown."),
    "new-test-mocks-subject": Meaning("A new test replaces what it tests, or asks mocks.", "Call the code itself."),
    "new-test-repeats-code": Meaning("A new test computes what it expects as the code does.", "Write the answer down."),
    "new-test-reaches-out": Meaning("A new test starts programs, opens a network or reads other tests.", _PERSON),
    "new-test-flaky": Meaning("A new test does not pass in every order.", "Take time, chance and order out of it."),
    "mutants-survive": Meaning("No new test notices a break of a changed function.", "Test what it answers."),
    "patch-uncovered": Meaning("The tests do not reach added lines.", "Test what these lines are for."),
    "coverage-fell": Meaning("Old lines are reached no more.", "Keep them tested."),
    "new-lint-error": Meaning("The project's linter complains anew.", "Mend what it says."),
    "new-type-error": Meaning("The project's type checker complains anew.", "Mend what it says."),
    "test-helper-changed": Meaning("A module that only tests use, outside their folders, is changed.", _PERSON),
    "test-data-changed": Meaning("Data that tests read, outside their folders, is changed.", _PERSON),
    "check-loosened": Meaning(
        "A configuration file asks less of the code.", "Leave thresholds and checks as they are."
    ),
    "pipeline-weakened": Meaning("A pipeline, build script or owners file checks less.", _PERSON),
    "shadowed-module": Meaning("A new module would be imported in the place of another.", "Give it another name."),
    "knows-it-is-tested": Meaning("Added product code looks at who is calling.", _PERSON),
    "failure-swallowed": Meaning("Added product code hides failures.", "Catch what can really happen, and say so."),
    "occasion-switch": Meaning("Added product code behaves by time, place, user or a test flag.", _PERSON),
    "ends-the-process": Meaning("Added product code ends the process out of place.", "Raise an error instead."),
    "stub-left": Meaning("A function that did something does nothing any more.", "Write it, or remove it openly."),
    "check-silenced": Meaning("An added comment makes a check look away.", "Mend what the check says."),
    "public-code-removed": Meaning("A public name is taken away.", "Keep it, or let a person decide."),
    "hidden-text": Meaning("A line does not read as it runs.", "Write it with an escape or plain letters."),
    "secret-added": Meaning("A line holds what looks like a live secret.", "Take it out and have it revoked."),
    "memorised-examples": Meaning("Added product code answers the tests' examples by heart.", _PERSON),
    "test-failed": Meaning("A test fails that did not fail at the base.", _MEND),
    "test-missing": Meaning("A test that passed at the base is not run any more.", _MEND),
    "test-skipped": Meaning("A test that ran at the base is skipped.", _MEND),
    "test-xfailed": Meaning("A test that ran at the base is expected to fail.", _MEND),
    "test-xpassed": Meaning("A test passes though it is expected to fail.", _MEND),
    "test-duplicated": Meaning("A test is reported more than once.", "Give every test one name."),
    "must-pass-missing": Meaning("A test that must pass was not run.", "Let it be found and run."),
    "must-pass-failed": Meaning("A test that must pass does not.", "Mend the product code until it passes."),
    "new-tests-disturb": Meaning(
        "An existing test ends otherwise beside the added tests.",
        "Keep added tests from changing what other tests see, and mend the product code itself.",
    ),
    "new-test-pins-today": Meaning(
        "New tests pass without the change and reach nothing of it.", "Test what the change is for."
    ),
    "too-few-mutants-noticed": Meaning("The tests notice too few breaks of the changed code.", "Test what it answers."),
    "new-test-failed": Meaning("An added test does not pass.", "Mend the test or the product code."),
    "no-tests-ran": Meaning("The suite ended and ran no test.", "Let the tests be found and run."),
    "contradictory-spec": Meaning(
        "A wanted test and a test of the base never passed together.",
        "Say which of the two holds: waive the old test in the spec, or take the new one back.",
    ),
    "contract-broken": Meaning(
        "The served product does not answer as its OpenAPI document says.",
        "Answer every request with the status codes and bodies that the document allows.",
    ),
    "reviewer-test-fails": Meaning(
        "A test of the reviewer's does not hold.", "Mend the product code, or say why the test asks for too much."
    ),
    "held-out-failed": Meaning(
        "A check that was held out of sight does not hold.",
        "Mend the product code for every input, not for the tests' examples alone.",
    ),
    "still-failing": Meaning(
        "Tests that failed at the base fail still.", "Name with --must-pass what the change is meant to mend."
    ),
    "tests-crashed": Meaning("The suite did not come to its end.", "Mend the exit or the crash."),
    "tests-timed-out": Meaning(
        "The suite did not end in time.", "Mend the endless loop, or raise `slowdown` or `wall_time_s`."
    ),
    "tests-out-of-memory": Meaning("The suite used up its memory.", "Use less, or raise `memory_mb` under [judge]."),
    "tests-too-many-processes": Meaning("The suite started too many processes.", "Start fewer."),
    "tests-too-loud": Meaning("The suite printed more than may be kept.", "Print less."),
    "world-unsafe": Meaning("The tests left behind what must not be read.", "Write regular files only."),
    "harness-compromised": Meaning("Something spoke in the test runner's place.", _HONEST),
}
"""Rule → meaning."""

_UNLISTED = Meaning("See the finding.", "Do what the finding asks for, or let a person decide.")


def meaning_of(rule: str) -> Meaning:
    """Return a rule's meaning; a plug-in's own rule has a general one."""
    return RULES.get(rule, _UNLISTED)
