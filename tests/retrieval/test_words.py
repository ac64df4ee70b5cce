"""Words: identifiers whole and split, prose stemmed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyman.retrieval.words import identifiers, terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("getHTTPCode2", ["gethttpcode2", "get", "http", "code", "2"]),
        ("snake_case_name", ["snake_case_name", "snake", "case", "name"]),
        ("__init__", ["init"]),
        ("MAX_SIZE", ["max_size", "max", "size"]),
        ("the files are being parsed", ["file", "pars"]),
        ("parser parsing parses", ["parser", "pars", "pars"]),
        ("is_valid", ["is_valid", "valid"]),
        ("Größe über", ["größe", "über"]),
        ("x", ["x"]),
        ("größen_angabe", ["größen_angabe", "größen", "angab"]),
        ("utf8 3.14", ["utf8", "utf", "8", "3", "14"]),
        ("___", []),
        ("3d", ["3d", "3"]),
        ("", []),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


@settings(deadline=None)
@given(st.text())
def test_any_text_has_terms_that_do_not_depend_on_what_stands_around(text: str) -> None:
    assert terms(f"{text} \n {text}") == terms(text) * 2


def test_hostile_text_has_terms_like_any_other() -> None:
    assert terms("_" * 200_000) == []
    assert terms("A" * 200_000 + " end") == ["end"]
    assert identifiers("a" * 200_000 + "(`" * 1000) == frozenset()


def test_identifiers_are_told_from_prose() -> None:
    text = "Mend `render` and parse_args, then call close() on the HttpServer of Ada"
    assert identifiers(text) == {"render", "parse_args", "close", "httpserver"}
