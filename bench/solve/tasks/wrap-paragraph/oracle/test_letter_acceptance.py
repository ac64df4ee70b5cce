from letter.page import page
from letter.wrap import wrap


def test_as_many_words_as_fit():
    assert wrap("the quick brown fox jumps", 10) == ["the quick", "brown fox", "jumps"]


def test_a_line_may_be_exactly_full():
    assert wrap("aaa bbb ccc", 7) == ["aaa bbb", "ccc"]


def test_blanks_and_line_breaks_between_words_do_not_matter():
    assert wrap("  one \n two\tthree ", 20) == ["one two three"]


def test_a_long_word_has_its_own_line():
    assert wrap("a incomprehensible b", 5) == ["a", "incomprehensible", "b"]
    assert wrap("incomprehensible", 5) == ["incomprehensible"]


def test_no_words_no_lines():
    assert wrap("   ", 10) == []


def test_page():
    assert page("one two\nthree\n\nfour five six", 9) == "one two\nthree\n\nfour five\nsix"
