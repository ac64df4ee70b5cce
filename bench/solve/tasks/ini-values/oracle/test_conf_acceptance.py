from conf.parse import parse
from conf.query import lookup


def test_a_value_may_contain_equals_signs():
    assert parse("query = a=1&b=2") == {"": {"query": "a=1&b=2"}}


def test_comments_are_skipped():
    assert parse("# first\n[web]\n; old = 1\nport = 80") == {"web": {"port": "80"}}


def test_indented_comments_and_blank_lines_with_spaces_are_skipped():
    assert parse("a = 1\n   \n   # b = 2\n\t; c\n") == {"": {"a": "1"}}


def test_a_hash_inside_a_value_is_kept():
    assert parse("color = #ff0000") == {"": {"color": "#ff0000"}}


def test_a_name_without_equals_sign_is_empty():
    assert parse("[flags]\nverbose\nempty =") == {"flags": {"verbose": "", "empty": ""}}


def test_lookup_in_a_real_file():
    settings = parse("# settings\n[db]\n  # where\n  url = pg://host?ssl=on;x=#1\n")
    assert lookup(settings, "db.url") == "pg://host?ssl=on;x=#1"
