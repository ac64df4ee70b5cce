"""The replay of people's commits, over a small history."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CALC = "def add(a, b):\n    return a - b\n"
TEST = "from calc import add\n\n\ndef test_add():\n    assert add(2, 3) == -1\n"


@pytest.mark.slow
def test_a_persons_commit_is_told_as_theirs_and_as_an_agents(tmp_path: Path) -> None:
    clone = tmp_path / "project"
    _commit(clone, {"calc.py": CALC, "test_calc.py": TEST}, "base")
    _commit(clone, {"calc.py": CALC.replace("-", "+"), "test_calc.py": TEST.replace("-1", "5")}, "mend")
    _commit(clone, {"README.md": "# calc\n"}, "words")
    lines = tmp_path / "lines.jsonl"
    script = ROOT / "bench/judge/replay.py"
    done = subprocess.run(
        [sys.executable, script, clone, "--json", lines], capture_output=True, text=True, check=True, timeout=120
    )
    (line,) = map(json.loads, lines.read_text().splitlines())
    assert {finding["severity"] for finding in line["person"]} == {"note"}
    assert [finding["rule"] for finding in line["agent"]] == ["test-changed"]
    assert "as the change of person: 1 commits" in done.stdout
    assert "expectation-changed" in done.stdout


def _commit(root: Path, files: dict[str, str], message: str) -> None:
    root.mkdir(exist_ok=True)
    for path, content in files.items():
        (root / path).write_text(content)
    if not (root / ".git").exists():
        subprocess.run(["git", "init", "-q", "-b", "main"], cwd=root, check=True)
    name = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for arguments in (("add", "-A"), (*name, "commit", "-q", "-m", message)):
        subprocess.run(["git", *arguments], cwd=root, check=True)
