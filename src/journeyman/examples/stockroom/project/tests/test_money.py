import pytest

from stockroom.money import format_cents, parse_cents


@pytest.mark.parametrize(("text", "cents"), [("12", 1200), ("12.50", 1250), ("-0.99", -99), (" 3.05 ", 305)])
def test_parse(text, cents):
    assert parse_cents(text) == cents


@pytest.mark.parametrize("text", ["", "1.5", "1,50", "ten"])
def test_refuses_what_is_not_an_amount(text):
    with pytest.raises(ValueError, match="not an amount"):
        parse_cents(text)


def test_format_keeps_the_sign_of_small_amounts():
    assert format_cents(-99) == "-0.99"
    assert format_cents(120050) == "1200.50"
