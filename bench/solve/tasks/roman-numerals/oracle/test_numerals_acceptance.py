import pytest
from numerals.read import from_roman
from numerals.write import to_roman


def test_plain_symbols_add_up():
    assert to_roman(3) == "III"
    assert to_roman(1666) == "MDCLXVI"


def test_fours_and_nines_subtract():
    assert [to_roman(number) for number in (4, 9, 40, 90, 400, 900)] == [
        "IV",
        "IX",
        "XL",
        "XC",
        "CD",
        "CM",
    ]


def test_mixed_numbers():
    assert to_roman(1994) == "MCMXCIV"
    assert to_roman(3999) == "MMMCMXCIX"


def test_reading_gives_the_number_back():
    assert all(from_roman(to_roman(number)) == number for number in range(1, 4000))


def test_numbers_out_of_range_are_refused():
    for number in (0, -1, 4000):
        with pytest.raises(ValueError):
            to_roman(number)
