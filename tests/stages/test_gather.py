"""What a model is shown, and in what order."""

from pathlib import Path
from tempfile import TemporaryDirectory

from journeyman.domain.context import Snippet
from journeyman.domain.snapshot import EntryKind, Snapshot, TreeEntry
from journeyman.domain.spec import OracleTest, Source, Spec
from journeyman.prompts import estimate_tokens
from journeyman.retrieval import CodebaseIndex
from journeyman.stages.gather import Gathered, gather, pack, relevant
from journeyman.testing.repository import InMemoryRepository

FILES = {
    "shop/__init__.py": b"",
    "shop/cart.py": b"def total(prices):\n    return 0\n",
    "shop/tax.py": b"RATE = 0.2\n\n\ndef tax(total):\n    return total * RATE\n",
    "shop/big.py": b"\n\n".join(b"def helper_%d(total):\n    return total + %d" % (n, n) for n in range(400)) + b"\n",
    "tests/test_cart.py": b"from shop.cart import total\n\n\ndef test_total():\n    assert total([1]) == 1\n\n\ndef test_other():\n    pass\n",
    "logo.png": b"\x89PNG\0\xff",
}


def spec(**more: object) -> Spec:
    fields = {
        "title": "Sum the prices",
        "intent": "The total is the sum.",
        "source": Source(locator="text:", digest="d"),
    }
    return Spec(**{**fields, **more})  # type: ignore[arg-type]


async def gathered(wanted: Spec, *, token_budget: int = 2000) -> Gathered:
    repository = InMemoryRepository.of(FILES)
    base = await repository.snapshot("")
    with TemporaryDirectory() as folder:
        index = CodebaseIndex(repository, folder=Path(folder), meaning=None)
        return await gather(wanted, base, index=index, repository=repository, token_budget=token_budget)


async def test_files_that_the_spec_names_come_first_and_whole() -> None:
    found = await gathered(spec(intent="Change shop/tax.py so that the rate is 0.25."))
    first = found.context.snippets[0]
    assert (first.path, first.start_line, first.retriever) == ("shop/tax.py", 1, "named")
    assert first.text == FILES["shop/tax.py"].decode()


async def test_files_that_the_tests_import_are_shown_and_the_tests_apart() -> None:
    found = await gathered(spec(must_pass=("tests/test_cart.py::test_total",)))
    assert found.context.paths[0] == "shop/cart.py"
    assert "tests/test_cart.py" not in found.context.paths
    assert "def test_total" in found.tests
    assert "def test_other" not in found.tests


async def test_an_oracle_test_of_the_spec_is_shown_whole() -> None:
    oracle = OracleTest(
        path="tests/test_new.py", content=b"from shop.tax import tax\n\ndef test_new():\n    assert tax(1)\n"
    )
    found = await gathered(spec(oracle_tests=(oracle,)))
    assert "shop/tax.py" in found.context.paths
    assert "assert tax(1)" in found.tests


async def test_the_budget_holds_and_what_did_not_fit_is_counted() -> None:
    found = await gathered(spec(intent="helper_7 and helper_8 and the total", title="helper_9"), token_budget=300)
    assert found.context.token_count <= 300
    assert sum(estimate_tokens(snippet.text) for snippet in found.context.snippets) == found.context.token_count
    big = [snippet for snippet in found.context.snippets if snippet.path == "shop/big.py"]
    assert all(snippet.end_line - snippet.start_line < 100 for snippet in big)


async def test_every_snippet_can_be_found_again(tmp_path: Path) -> None:
    repository = InMemoryRepository.of(FILES)
    base: Snapshot = await repository.snapshot("")
    found = await gather(
        spec(),
        base,
        index=CodebaseIndex(repository, folder=tmp_path, meaning=None),
        repository=repository,
        token_budget=2000,
    )
    assert found.context.snippets
    for snippet in found.context.snippets:
        lines = (await repository.read(snippet.blob)).decode().splitlines()
        assert "\n".join(lines[snippet.start_line - 1 : snippet.end_line]).strip() == snippet.text.strip()


def hit(path: str, score: float) -> Snippet:
    return Snippet(path=path, start_line=1, end_line=1, text="x\n", blob="b", score=score, retriever="lexical")


def test_what_is_far_behind_and_what_is_a_test_is_left_out() -> None:
    hits = [
        hit("a.py", 1.0),
        hit("b.py", 0.5),
        hit("c.py", 0.1),
        hit("tests/test_a.py", 0.9),
        hit("x/conftest.py", 0.9),
    ]
    assert [kept.path for kept in relevant(hits)] == ["a.py", "b.py"]
    assert relevant([]) == []


def test_a_file_is_packed_once() -> None:
    entries = {"a.py": TreeEntry(path="a.py", kind=EntryKind.FILE, blob="b", size_bytes=4)}
    context = pack(
        [hit("a.py", 1.0), hit("a.py", 0.9)], {"a.py": "x\ny\n"}, entries=entries, named=("a.py",), token_budget=100
    )
    assert [(snippet.start_line, snippet.end_line) for snippet in context.snippets] == [(1, 2)]
