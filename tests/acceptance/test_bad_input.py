"""Everything a person can get wrong: a clear message, exit code 2, and nothing changed."""

import os
from pathlib import Path

import pytest
from tests.acceptance.conftest import SHOP, Machine, ScriptedServer

pytestmark = pytest.mark.slow
FAILING = "test:tests/test_cart.py::test_total"


def refused(machine: Machine, *words: str, spec: str = FAILING) -> str:
    """Run, expect exit 2 and no log entry of a delivery; return what was said."""
    before = (
        machine.state()
        if (machine.repo / ".git").exists() and (machine.repo / ".git/refs/heads/main").exists()
        else None
    )
    done = machine.run(spec, *words)
    assert done.status == 2, f"{done.status}: {done.out}{done.err}"
    assert "Traceback" not in done.err
    if before:
        assert machine.state() == before
    return done.err


def test_not_a_repository(machine: Machine) -> None:
    machine.repo.mkdir()
    assert "not in a git repository" in refused(machine)


def test_a_directory_that_is_not_there(machine: Machine) -> None:
    assert "does not exist" in refused(machine)


def test_no_commit_yet(machine: Machine) -> None:
    machine.repo.mkdir()
    machine.git("init", "-q")
    assert "commit" in refused(machine)


def test_a_dirty_tree_unless_the_base_is_named(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    (machine.repo / "shop/cart.py").write_text("# work in progress\n")
    said = refused(machine)
    assert "shop/cart.py" in said
    assert "--base HEAD" in said
    done = machine.run(FAILING, "--base", "HEAD", "--model", server.model)
    assert done.status == 0, done.err
    assert (machine.repo / "shop/cart.py").read_text() == "# work in progress\n"


def test_a_detached_head_unless_the_base_is_named(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    machine.git("checkout", "-q", "--detach")
    done = machine.run(FAILING)
    assert done.status == 2
    assert "HEAD is detached" in done.err
    assert machine.run(FAILING, "--base", "HEAD", "--model", server.model).status == 0


def test_an_unknown_base(machine: Machine) -> None:
    machine.project()
    assert "nowhere" in refused(machine, "--base", "nowhere")


def test_a_base_that_looks_like_an_option(machine: Machine) -> None:
    machine.project()
    refused(machine, "--base=--upload-pack=touch PWNED")
    assert not list(machine.repo.parent.rglob("PWNED"))


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("local:gpt-9", "gpt-9"),
        ("nobody:x", "unknown model scheme"),
        ("just-a-name", "is not a model"),
        ("openai:gpt-5-mini", "OPENAI_API_KEY"),
        ("local:qwen2.5-coder-0.5b", "journeyman model pull"),
    ],
)
def test_a_model_that_cannot_be_opened(model: str, said: str, machine: Machine) -> None:
    machine.project()
    assert said in refused(machine, "--model", model)


def test_a_model_file_that_is_truncated(machine: Machine, tmp_path: Path) -> None:
    machine.project()
    weights = tmp_path / "cut.gguf"
    weights.write_bytes(b"GG")
    assert "GGUF" in refused(machine, "--model", f"local:{weights}")


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ("tests/test_cart.py::test_gone", "test_gone"),
        ("tests/test_gone.py::test_x", "test_gone.py"),
        ("tests/test_cart.py::test_count", "passes"),
    ],
)
def test_a_test_that_is_not_there_or_passes_already(
    node: str, said: str, machine: Machine, server: ScriptedServer
) -> None:
    machine.project()
    assert said in refused(machine, "--model", server.model, spec=f"test:{node}")
    assert server.requests == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"x" * 1_000_000, "1,000,000 bytes"), (b"\x89PNG\0\xff", "not UTF-8")],
    ids=["empty", "one megabyte", "binary"],
)
def test_a_spec_that_is_none(content: bytes, said: str, machine: Machine) -> None:
    machine.project()
    spec = machine.repo.parent / "spec.md"
    spec.write_bytes(content)
    assert said in refused(machine, spec=str(spec))


def test_a_project_without_tests(machine: Machine, server: ScriptedServer) -> None:
    machine.project({path: text for path, text in SHOP.items() if not path.startswith("tests/")})
    assert "no test" in refused(machine, "--model", server.model, spec="text:Add a total.").lower()


def test_settings_that_are_wrong(machine: Machine) -> None:
    machine.project({**SHOP, "journeyman.toml": "[run]\ncandidates = 'many'\n"})
    assert "candidates must be int" in refused(machine)


def test_binary_files_and_odd_names_do_no_harm(machine: Machine, server: ScriptedServer) -> None:
    machine.project()
    (machine.repo / "logo.bin").write_bytes(bytes(range(256)) * 50)
    with open(os.path.join(os.fsencode(machine.repo), b"caf\xe9.txt"), "wb") as file:  # noqa: PTH123, PTH118 - a name that is not UTF-8
        file.write(b"\xff\xfe")
    machine.git("add", "-A")
    machine.git("commit", "-q", "-m", "odd")
    done = machine.run(FAILING, "--model", server.model, "--json")
    assert done.status == 0, done.err
    branch = next(event for event in done.events if event["kind"] == "change-delivered")["branch"]
    assert machine.git("diff", "--name-only", "main", branch) == "shop/cart.py"


def test_submodules_and_lfs_are_documented_limits(machine: Machine, server: ScriptedServer) -> None:
    machine.project({**SHOP, ".gitattributes": "*.psd filter=lfs diff=lfs merge=lfs -text\n"})
    commit = machine.git("rev-parse", "HEAD")
    machine.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendored")
    (machine.repo / "vendored").mkdir()
    machine.git("commit", "-q", "-m", "submodule")
    done = machine.run(FAILING, "--model", server.model)
    assert done.status == 0, done.err
    assert "submodules are left out" in done.err
    assert "Git LFS" in done.err


def test_a_typo_in_the_command_line(machine: Machine) -> None:
    assert machine.journeyman("rum").status == 2
    assert machine.journeyman("run").status == 2
    assert machine.journeyman("run", "x", "--candidates", "0").status == 2
    assert machine.journeyman("runs", "show", "nothing").status == 2
    assert machine.journeyman("log", "verify", "nothing").status == 2


def test_a_repository_that_asks_for_no_sandbox(machine: Machine) -> None:
    machine.project({**SHOP, "journeyman.toml": '[sandbox]\ndriver = "none:"\n'})
    assert "asks to run without a sandbox" in refused(machine)
    assert "unknown sandbox scheme" in refused(machine, "--driver", "nowhere:")
