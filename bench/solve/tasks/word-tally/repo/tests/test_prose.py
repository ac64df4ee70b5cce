from prose.length import line_count
from prose.tally import distinct
from prose.words import words


def test_words():
    assert words("Hello, hello world!") == ["hello", "hello", "world"]


def test_distinct():
    assert distinct("one two one") == 2


def test_line_count():
    assert line_count("a\n\nb\n") == 2
