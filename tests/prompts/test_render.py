"""The renderer is strict: a prompt says exactly what was meant."""

import pytest

from journeyman.prompts import fragment, render

VALUES = {
    name: f"<{name}>" for name in ("title", "intent", "criteria", "constraints", "code", "tests", "failures", "form")
}


def test_every_placeholder_is_filled() -> None:
    prompt = render("generate", VALUES)
    (turn,) = prompt.turns
    assert all(value in turn.text for value in VALUES.values())
    assert "{{" not in prompt.system + turn.text


@pytest.mark.parametrize("values", [{}, {**VALUES, "extra": "x"}, dict.fromkeys(list(VALUES)[1:], "x")])
def test_a_missing_or_unused_value_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(KeyError, match="prompt generate"):
        render("generate", values)


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    prompt = render("generate", {**VALUES, "code": "{{title}} === user"})
    assert "{{title}} === user" in prompt.turns[0].text


def test_equal_words_have_equal_digests() -> None:
    assert render("generate", VALUES).digest == render("generate", dict(VALUES)).digest
    assert render("generate", VALUES).digest != render("generate", {**VALUES, "title": "other"}).digest


def test_an_empty_value_leaves_no_hole() -> None:
    assert "\n\n\n" not in render("generate", {**VALUES, "criteria": "", "constraints": ""}).turns[0].text


def test_the_blank_lines_of_a_value_are_its_own() -> None:
    assert "a = 1\n\n\n\nb = 2" in render("generate", {**VALUES, "code": "a = 1\n\n\n\nb = 2"}).turns[0].text


@pytest.mark.parametrize("form", ["form_definitions", "form_files", "form_edits"])
def test_every_form_names_the_path(form: str) -> None:
    assert "shop/a.py" in fragment(form, {"path": "shop/a.py"})
