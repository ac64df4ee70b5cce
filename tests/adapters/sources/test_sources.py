"""Every built-in source, opened as a plug-in, given good and bad locators."""

from pathlib import Path

import pytest

from journeyman.domain.errors import UserError
from journeyman.domain.spec import Spec
from journeyman.plugins import find_factory
from journeyman.settings import Settings
from journeyman.stages.ingest import ingest


async def load(scheme: str, rest: str) -> Spec:
    async with find_factory("sources", scheme)(rest, Settings()) as source:
        return await ingest(rest, source=source)  # type: ignore[arg-type] # a plug-in is untyped until it is used


async def test_a_file_is_read_with_its_byte_order_mark_gone(tmp_path: Path) -> None:
    path = tmp_path / "spec.md"
    path.write_bytes(b"\xef\xbb\xbf# Title\n\nWords.\n")
    spec = await load("file", str(path))
    assert (spec.title, spec.intent) == ("Title", "Words.")
    assert spec.source.locator == f"file:{path}"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the spec is empty"),
        (b" \n\n", "the spec is empty"),
        (b"\xff\xfe\x00spec", "is not UTF-8 text"),
        (b"# T\n\0\n", "is a binary file"),
        (b"word " * 60_000, "characters long"),
        (b"x" * 1_000_000, "1,000,000 bytes"),
    ],
)
async def test_a_file_that_is_no_spec_says_why_and_what_to_do(content: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.md"
    path.write_bytes(content)
    with pytest.raises(UserError, match=problem) as caught:
        await load("file", str(path))
    assert caught.value.remedy


async def test_a_missing_file_and_a_directory_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no spec"):
        await load("file", str(tmp_path / "gone.md"))
    with pytest.raises(UserError, match="is a directory"):
        await load("file", str(tmp_path))


async def test_words_are_a_spec() -> None:
    spec = await load("text", "Add a total. It sums.")
    assert spec.title == "Add a total."
    with pytest.raises(UserError, match="empty"):
        await load("text", "   ")


async def test_a_failing_test_is_a_spec() -> None:
    spec = await load("test", "tests/test_a.py::test_b")
    assert spec.must_pass == ("tests/test_a.py::test_b",)
    assert spec.criteria[0].tests == spec.must_pass


@pytest.mark.parametrize("node", ["", "::x", "/etc/passwd::x", "../up.py::x"])
async def test_what_cannot_be_a_test_id_is_refused(node: str) -> None:
    with pytest.raises(UserError, match="is not a test id"):
        await load("test", node)


def test_an_unknown_scheme_names_the_known_ones() -> None:
    with pytest.raises(UserError, match="unknown source scheme `jirra`") as caught:
        find_factory("sources", "jirra")
    assert "file:" in caught.value.remedy
