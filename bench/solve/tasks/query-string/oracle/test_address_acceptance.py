from address import query
from address.split import query_of


def test_names_and_values():
    assert query.parse_query("q=tea&page=2") == {"q": ["tea"], "page": ["2"]}


def test_a_repeated_name_collects_its_values():
    assert query.parse_query("tag=b&x=1&tag=a") == {"tag": ["b", "a"], "x": ["1"]}


def test_names_and_values_are_decoded():
    assert query.parse_query("full+name=Ada%20L&eq=a%3Db%26c") == {
        "full name": ["Ada L"],
        "eq": ["a=b&c"],
    }


def test_a_name_without_value_is_empty():
    assert query.parse_query("debug&q=") == {"debug": [""], "q": [""]}


def test_only_the_first_equals_sign_separates():
    assert query.parse_query("expr=1+1=2") == {"expr": ["1 1=2"]}


def test_empty_pieces_are_ignored():
    assert query.parse_query("") == {}
    assert query.parse_query(query_of("/find?&a=1&&b=2&#end")) == {"a": ["1"], "b": ["2"]}
