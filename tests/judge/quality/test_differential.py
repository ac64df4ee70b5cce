"""Coverage and the project's own tools in a real sandbox."""

from collections.abc import Awaitable, Callable

import pytest

from journeyman.domain.verification import Verdict
from journeyman.settings import JudgeSettings
from journeyman.testing.conformance.judge import Bench

pytestmark = pytest.mark.slow

Lay = Callable[..., Awaitable[Bench]]
FILES = {
    "calc.py": "def add(a, b):\n    return a + b\n",
    "tests/test_calc.py": "from calc import add\n\n\ndef test_add():\n    assert add(3, 1) == 4\n",
    "pyproject.toml": '[tool.ruff]\nline-length = 100\n\n[tool.ruff.lint]\nselect = ["F"]\n\n[tool.mypy]\nstrict = false\n',
}
WORSE = "import os\n\n\ndef add(a, b):\n    return a + b\n\n\ndef twice(a: int) -> str:\n    return a * 2\n"


async def test_what_became_worse_is_told(lay: Lay) -> None:
    bench = await lay(FILES, JudgeSettings(wall_time_s=60.0, quality="note"))
    verification = await bench.verify({"calc.py": WORSE})
    assert verification.verdict is Verdict.ACCEPTED
    said = {finding.rule: finding for finding in verification.findings}
    assert set(said) == {"patch-uncovered", "new-lint-error", "new-type-error"}
    assert said["patch-uncovered"].line == 9
    assert (said["new-lint-error"].line, said["new-type-error"].line) == (1, 9)


async def test_or_goes_to_a_person(lay: Lay) -> None:
    bench = await lay(FILES, JudgeSettings(wall_time_s=60.0, quality="escalate"))
    assert (await bench.verify({"calc.py": WORSE})).verdict is Verdict.ESCALATED
    assert (await bench.verify({"calc.py": FILES["calc.py"] + "\n# done\n"})).findings == ()
