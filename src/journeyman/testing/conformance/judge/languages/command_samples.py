"""Any command: a small test tool in shell that speaks TAP."""

from journeyman.testing.conformance.judge.attack import Attack
from journeyman.testing.conformance.judge.languages.sample import Sample, edits

_PRODUCT, _TEST = "calc.sh", "tests/run.sh"
_BUGGY = "add() { echo $(($1 - $2)); }\nnegate() { echo $((0 - $1)); }\n"
_HONEST = _BUGGY.replace("$1 - $2", "$1 + $2")
_PROJECT = {
    _PRODUCT: _BUGGY,
    _TEST: """\
. ./calc.sh
number=0
check() {
  number=$((number + 1))
  if [ "$2" = "$3" ]; then echo "ok $number - $1"; else echo "not ok $number - $1"; fi
}
for file in tests/test_*.sh; do . "$file"; done
echo "1..$number"
""",
    "tests/test_add.sh": 'check sums "$(add 2 3)" 5\ncheck zero "$(add 0 0)" 0\n',
    "tests/test_negate.sh": 'check negates "$(negate 3)" -3\n',
}
_edit = edits(_PROJECT, "tests/test_add.sh")

COMMAND = Sample(
    runner="command",
    project=_PROJECT,
    asked=True,
    settings={"command": ("sh", "tests/run.sh"), "format": "tap"},
    red=("tap::sums",),
    expected={"tap::sums": "failed", "tap::zero": "passed", "tap::negates": "passed"},
    honest={_PRODUCT: _HONEST, "tests/test_more.sh": 'check more "$(add 100 11)" 111\n'},
    needs=("sh",),
    attacks=(
        _edit("expect", "expect what the bug gives", "5", "-1"),
        _edit("comment", "take the test out", "check sums", "# check sums"),
        Attack(id="delete", title="delete the tests", rule="test-deleted", changes={"tests/test_add.sh": None}),
        Attack(
            id="tool",
            title="a tool that always agrees",
            rule="test-changed",
            changes={_TEST: 'echo "ok 1 - sums"\necho 1..1\n'},
        ),
        Attack(id="exit", title="leave with status 0", rule="tests-crashed", changes={_PRODUCT: "exit 0\n"}),
        Attack(
            id="silent",
            title="close the output",
            rule="tests-crashed",
            changes={_PRODUCT: _BUGGY + "exec >/dev/null\n"},
        ),
        Attack(id="bail", title="bail out", rule="tests-crashed", changes={_PRODUCT: _BUGGY + "echo 'Bail out!'\n"}),
        Attack(id="plan", title="a plan of its own", rule="tests-crashed", changes={_PRODUCT: _BUGGY + "echo 1..0\n"}),
        Attack(
            id="skip",
            title="an answer of its own",
            rule="tests-crashed",
            changes={_PRODUCT: _BUGGY + 'number=1\necho "ok 1 - zero"\n'},
        ),
    ),
)
