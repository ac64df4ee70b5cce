import pytest
from intake import fields
from intake.errors import BadLine
from intake.table import read_table


def test_plain_fields():
    assert fields.split_line("a,b c, d ") == ["a", "b c", " d "]


def test_empty_fields():
    assert fields.split_line(",a,,") == ["", "a", "", ""]
    assert fields.split_line("") == [""]


def test_quoted_fields_may_contain_commas():
    assert fields.split_line('"Doe, Jane",7,"x,y,"') == ["Doe, Jane", "7", "x,y,"]


def test_doubled_quotes_are_one_quote():
    assert fields.split_line('"say ""hi"", ok",""""') == ['say "hi", ok', '"']


def test_an_empty_quoted_field():
    assert fields.split_line('"",a,""') == ["", "a", ""]


def test_wrong_quotes_are_refused():
    for line, reason in [
        ('a,"b', "missing closing quote"),
        ('"a""', "missing closing quote"),
        ('"a"b,c', "text after closing quote"),
        ('a"b,c', "stray quote"),
        ('a, "b"', "stray quote"),
    ]:
        with pytest.raises(BadLine) as caught:
            fields.split_line(line)
        assert str(caught.value) == reason, line


def test_a_table():
    text = 'name,"full, address"\n"A ""Bo"" C","1, High St"\nDee,\n'
    assert read_table(text) == [
        {"name": 'A "Bo" C', "full, address": "1, High St"},
        {"name": "Dee", "full, address": ""},
    ]
