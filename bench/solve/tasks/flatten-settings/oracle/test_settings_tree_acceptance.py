from settings_tree.flat import flatten
from settings_tree.lookup import find
from settings_tree.show import lines


def test_nested_names_are_joined_by_dots():
    assert flatten({"web": {"port": 80, "tls": {"on": True}}, "debug": False}) == {
        "web.port": 80,
        "web.tls.on": True,
        "debug": False,
    }


def test_items_of_a_list_have_numbers():
    assert flatten({"hosts": ["a", "b"]}) == {"hosts.0": "a", "hosts.1": "b"}


def test_dictionaries_inside_lists():
    assert flatten({"users": [{"name": "ada"}, {"name": "bob", "tags": ["x"]}]}) == {
        "users.0.name": "ada",
        "users.1.name": "bob",
        "users.1.tags.0": "x",
    }


def test_empty_containers_are_kept_as_values():
    assert flatten({"a": {}, "b": {"c": []}}) == {"a": {}, "b.c": []}
    assert flatten({}) == {}


def test_none_is_a_value():
    assert flatten({"a": {"b": None}}) == {"a.b": None}


def test_flat_names_find_their_values_and_lines_are_sorted():
    tree = {"web": {"port": 80, "name": "x"}}
    assert all(find(tree, path) == value for path, value in flatten(tree).items())
    assert lines(tree) == ["web.name = 'x'", "web.port = 80"]
