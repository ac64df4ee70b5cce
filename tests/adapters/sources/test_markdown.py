"""Markdown specs: what becomes a field, what stays intent, what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.adapters.sources.markdown import spec_from_markdown
from journeyman.domain.errors import UserError
from journeyman.domain.spec import OracleTest, Spec

TEXT = """\
# Say what must be reordered

Every Monday somebody counts.

```markdown
## Constraints
- not a constraint, an example
```

## Acceptance criteria

- [AC-1] Ordered up to its target. (`tests/test_r.py::test_up`, `tests/test_r.py::test_down`)
- Sorted by `sku`,
  always.

## Notes

Kept as intent.

## Allowed paths
- `shop/**`
- docs/*

## Forbidden paths
- `shop/secret.py`

## Oracle tests
- `oracle/test_r.py` as `tests/test_r.py`

## Waivers
- `tests/test_old.py::test_rounding`
"""


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    (tmp_path / "oracle").mkdir()
    (tmp_path / "oracle/test_r.py").write_bytes(b"def test_up(): ...\n")
    return spec_from_markdown(TEXT, locator="file:spec.md", folder=tmp_path)


def test_title_and_intent(spec: Spec) -> None:
    assert spec.title == "Say what must be reordered"
    assert spec.intent.startswith("Every Monday somebody counts.")
    assert "not a constraint, an example" in spec.intent
    assert spec.intent.endswith("## Notes\n\nKept as intent.")


def test_criteria_have_ids_words_and_tests(spec: Spec) -> None:
    first, second = spec.criteria
    assert (first.id, first.text) == ("AC-1", "Ordered up to its target.")
    assert first.tests == ("tests/test_r.py::test_up", "tests/test_r.py::test_down")
    assert (second.id, second.text, second.tests) == ("AC-2", "Sorted by `sku`, always.", ())


def test_paths_oracle_tests_and_waivers(spec: Spec) -> None:
    assert spec.constraints == ()
    assert spec.allowed_paths == ("shop/**", "docs/*")
    assert spec.forbidden_paths == ("shop/secret.py",)
    assert spec.oracle_tests == (OracleTest(path="tests/test_r.py", content=b"def test_up(): ...\n"),)
    assert spec.waivers == ("tests/test_old.py::test_rounding",)


def test_plain_words_are_a_spec() -> None:
    spec = spec_from_markdown("Add a total. It sums the lines.", locator="text:", folder=Path())
    assert spec.title == "Add a total."
    assert spec.intent == "Add a total. It sums the lines."


def test_an_edited_spec_has_another_digest(tmp_path: Path) -> None:
    one, same, other = (
        spec_from_markdown(text, locator="text:", folder=tmp_path) for text in ("# A\nx", "# A\nx", "# A\ny")
    )
    assert one.digest == same.digest != other.digest


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ("`gone.py` as `tests/test_x.py`", "is not there"),
        ("`here.py` as `../test_x.py`", "outside the tree"),
        ("`here.py` as `/etc/test_x.py`", "outside the tree"),
        ("`../here.py` as `tests/test_x.py`", "outside the spec's folder"),
        ("`/etc/passwd` as `tests/test_x.py`", "outside the spec's folder"),
        ("`link.py` as `tests/test_x.py`", "outside the spec's folder"),
        ("`a` `b` `c`", "not understood"),
    ],
)
def test_an_oracle_test_that_cannot_be_laid_over_is_refused(item: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "here.py").write_text("")
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    with pytest.raises(UserError, match=problem) as caught:
        spec_from_markdown(f"# T\n\n## Oracle tests\n- {item}\n", locator="text:", folder=tmp_path)
    assert caught.value.remedy


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_text_breaks_the_parser(text: str) -> None:
    spec = spec_from_markdown(f"# Title\n\n{text}", locator="text:", folder=Path("/nonexistent"))
    assert spec.title == "Title"
