"""A newcomer's first commands: init, doctor, demo."""

import json

import pytest
from tests.acceptance.conftest import GOOD, Machine, ScriptedServer

pytestmark = pytest.mark.slow

SOLD_OUT = """```python
# stockroom/report.py
def sold_out(ledger: Ledger, items: dict[str, Item]) -> list[str]:
    return sorted(sku for sku in items if ledger.quantity(sku) == 0)
```"""


def test_init_writes_settings_that_a_run_uses(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    done = machine.journeyman("init", "--repo", str(machine.repo))
    assert done.status == 0, done.err
    assert 'product_paths = ["shop/**"]' in (machine.repo / "journeyman.toml").read_text()
    machine.git("add", ".")
    machine.git("commit", "-q", "-m", "settings")
    assert machine.run("test:tests/test_cart.py::test_total", "--model", server.model).status == 0


def test_init_never_replaces_a_file_unasked(machine: Machine) -> None:
    machine.project()
    (machine.repo / "journeyman.toml").write_text("# mine\n")
    done = machine.journeyman("init", "--repo", str(machine.repo))
    assert done.status == 2
    assert "--force" in done.err
    assert (machine.repo / "journeyman.toml").read_text() == "# mine\n"


def test_doctor_names_what_is_missing_and_how_to_mend_it(machine: Machine) -> None:
    machine.project()
    done = machine.journeyman("doctor", "--repo", str(machine.repo), "--json")
    items = {item["name"]: item for item in json.loads(done.out)}
    assert items["sandbox"]["state"] == items["git"]["state"] == items["tests"]["state"] == "ok"
    assert items["local model"]["state"] == "missing"
    assert "journeyman model pull" in items["local model"]["remedy"]
    assert "journeyman init" in items["repository"]["remedy"]
    assert done.status == 2


def test_doctor_goes_on_after_a_failure(machine: Machine) -> None:
    machine.repo.mkdir()
    done = machine.journeyman("doctor", "--repo", str(machine.repo))
    assert "not in a git repository" in done.out
    assert "sandbox" in done.out


def test_demo_ends_with_a_branch_in_a_project_of_its_own(machine: Machine, server: ScriptedServer) -> None:
    server.answer = lambda _messages: SOLD_OUT
    machine.repo.mkdir()
    machine.repo = machine.repo / "demo/project"
    done = machine.journeyman("demo", "--model", server.model, "--into", str(machine.repo.parent))
    assert done.status == 0, done.out + done.err
    (branch,) = machine.git("for-each-ref", "--format=%(refname:short)", "refs/heads/journeyman").split()
    assert machine.git("diff", "--name-only", "main", branch).split() == [
        "stockroom/report.py",
        "tests/test_sold_out.py",
    ]
    assert "21 of 21 tests pass, 4 newly" in done.out


def test_demo_leaves_a_directory_in_use_alone(machine: Machine) -> None:
    machine.repo.mkdir()
    (machine.repo / "mine.txt").write_text("mine")
    done = machine.journeyman("demo", "--model", "local:x", "--into", str(machine.repo))
    assert done.status == 2
    assert [path.name for path in machine.repo.iterdir()] == ["mine.txt"]


def test_a_second_run_beside_the_first_has_its_own_branch(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    server.answer = lambda _messages: GOOD
    for _ in range(2):
        assert machine.run("test:tests/test_cart.py::test_total", "--model", server.model).status == 0
    assert len(machine.git("for-each-ref", "refs/heads/journeyman").splitlines()) == 2
