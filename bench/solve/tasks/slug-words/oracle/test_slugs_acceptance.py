from slugs.links import post_link
from slugs.slug import slugify


def test_words_are_lower_case_and_hyphenated():
    assert slugify("Hello World") == "hello-world"


def test_runs_of_other_characters_become_one_hyphen():
    assert slugify("Tea & Cake -- again") == "tea-cake-again"


def test_no_hyphen_at_either_end():
    assert slugify("  What now?! ") == "what-now"


def test_nothing_to_keep_gives_an_empty_slug():
    assert slugify("?!") == ""


def test_link_of_a_post():
    assert post_link("http://blog.test", "Top 10 Tips!") == "http://blog.test/posts/top-10-tips"
