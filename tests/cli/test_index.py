"""`journeyman index`, as a person runs it."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from journeyman.cli.root import root
from journeyman.domain.errors import UserError
from journeyman.testing.conformance.index import INDEXED_FILES

_GIT = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JOURNEYMAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JOURNEYMAN_CACHE", str(tmp_path / "cache"))
    root_dir = tmp_path / "project"
    for path, text in INDEXED_FILES.items():
        (root_dir / path).parent.mkdir(parents=True, exist_ok=True)
        (root_dir / path).write_text(text)
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "files"]):
        subprocess.run([*_GIT, *command], cwd=root_dir, check=True)
    return root_dir


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(root, ["index", *arguments], input=stdin, catch_exceptions=True)


def test_build_says_what_it_did_and_does_it_once(project: Path) -> None:
    first = json.loads(run("build", "--repo", str(project), "--json").stdout)
    assert (first["files"], first["cut"]) == (4, 4)
    assert first["chunks"] >= 4
    again = json.loads(run("build", "--repo", str(project), "--json").stdout)
    assert (again["files"], again["cut"]) == (4, 0)


def test_search_as_json_has_everything_a_script_needs(project: Path) -> None:
    said = run("search", "subtotal", "of", "line prices", "--repo", str(project), "--k", "2", "--json", "--explain")
    found = json.loads(said.stdout)
    best = found["hits"][0]
    assert (best["path"], best["start_line"]) == ("shop/totals.py", 4)
    assert len(found["hits"]) <= 2
    assert best["text"].startswith("def subtotal")
    assert best["score"] == pytest.approx(best["lexical"] + best["dense"] + best["structural"], abs=0.001)
    assert best["why"]["words"] > 0
    assert found["query"] == "subtotal of line prices"


def test_search_for_people_names_place_and_symbol(project: Path) -> None:
    said = run("search", "subtotal", "--repo", str(project), "--explain")
    assert "shop/totals.py:4-6" in said.stdout
    assert "subtotal" in said.stdout
    assert "lexical" in said.stdout


def test_status_says_whether_the_commit_is_indexed(project: Path) -> None:
    assert json.loads(run("status", "--repo", str(project), "--json").stdout)["built"] is False
    run("build", "--repo", str(project))
    state = json.loads(run("status", "--repo", str(project), "--json").stdout)
    assert state["built"] is True
    assert state["files"] == 4
    assert state["size_bytes"] > 0


@pytest.mark.parametrize("query", ["zygote xylophone", "\N{SAUROPOD}", "!!! ???"])
def test_nothing_found_is_said_not_hidden(project: Path, query: str) -> None:
    said = run("search", query, "--repo", str(project))
    assert said.exit_code == 0
    assert "Nothing in" in said.stderr
    assert json.loads(run("search", query, "--repo", str(project), "--json").stdout)["hits"] == []


def test_a_query_of_any_length_comes_from_standard_input(project: Path) -> None:
    query = "subtotal of line prices\n" + "something else entirely 12345 \n" * 4000
    said = run("search", "-", "--repo", str(project), "--json", stdin=query)
    assert json.loads(said.stdout)["hits"][0]["path"] == "shop/totals.py"


def test_an_older_commit_is_searched_as_it_was(project: Path) -> None:
    (project / "shop/totals.py").write_text("def total():\n    return 'nothing of the kind'\n")
    subprocess.run([*_GIT, "commit", "-q", "-am", "other"], cwd=project, check=True)
    old = json.loads(run("search", "subtotal", "--repo", str(project), "--rev", "HEAD~1", "--json").stdout)
    new = json.loads(run("search", "subtotal", "--repo", str(project), "--json").stdout)
    assert [hit["symbol"] for hit in old["hits"]] == ["subtotal"]
    assert [hit["symbol"] for hit in new["hits"]] == []


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [(("search", "  "), "nothing to search"), (("build", "--rev", "no-such"), "no-such")],
)
def test_what_cannot_be_done_is_refused(project: Path, arguments: tuple[str, ...], problem: str) -> None:
    said = run(*arguments, "--repo", str(project))
    assert isinstance(said.exception, UserError)
    assert problem in str(said.exception)


def test_bench_asks_the_past(project: Path) -> None:
    for number in range(3):
        path = project / "shop/totals.py"
        path.write_text(path.read_text() + f"\n\ndef rounded_{number}(amount):\n    return round(amount, {number})\n")
        subprocess.run(
            [*_GIT, "commit", "-q", "-am", f"Subtotal of line prices is rounded {number}"], cwd=project, check=True
        )
    found = json.loads(run("bench", "--repo", str(project), "--json").stdout)
    assert (found["queries"], found["first"], found["reciprocal_rank"]) == (3, 1.0, 1.0)
    assert found["query_p95_ms"] > 0
    assert "mean reciprocal rank" in run("bench", "--repo", str(project)).stdout


def test_bench_without_a_past_says_so(project: Path) -> None:
    assert "no past commit fits" in run("bench", "--repo", str(project)).stdout


def test_the_file_of_a_project_names_the_kind_of_store(project: Path) -> None:
    pytest.importorskip("qdrant_client", reason="the extra `qdrant` is not installed")
    (project / "journeyman.toml").write_text('[index]\nvectors = "qdrant:"\n')
    subprocess.run([*_GIT, "add", "-A"], cwd=project, check=True)
    subprocess.run([*_GIT, "commit", "-q", "-m", "store"], cwd=project, check=True)
    found = json.loads(run("search", "subtotal", "--repo", str(project), "--json").stdout)
    assert found["hits"][0]["path"] == "shop/totals.py"
    assert json.loads(run("status", "--repo", str(project), "--json").stdout)["vectors"].startswith("qdrant:")


@pytest.mark.parametrize(
    ("locator", "said"),
    [("chroma+http://vectors.example.org", "only the repository says so"), ("nonsense:", "unknown vector scheme")],
)
def test_a_store_that_cannot_be_used_is_refused(project: Path, locator: str, said: str) -> None:
    (project / "journeyman.toml").write_text(f'[index]\nvectors = "{locator}"\n')
    subprocess.run([*_GIT, "add", "-A"], cwd=project, check=True)
    subprocess.run([*_GIT, "commit", "-q", "-m", "store"], cwd=project, check=True)
    refused = run("search", "subtotal", "--repo", str(project))
    assert isinstance(refused.exception, UserError)
    assert said in str(refused.exception)


def test_a_person_may_name_any_store(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOURNEYMAN_VECTORS", f"mapped:{tmp_path / 'mine'}")
    assert "shop/totals.py" in run("search", "subtotal", "--repo", str(project)).stdout
    assert list((tmp_path / "mine").iterdir())
