from audit import compare as module
from audit.apply import apply
from audit.change import Change


def test_a_changed_field():
    assert module.compare({"name": "Ada"}, {"name": "Bob"}) == [
        Change("changed", "name", "Ada", "Bob")
    ]


def test_added_and_removed_fields():
    assert module.compare({"a": 1}, {"b": 2}) == [
        Change("removed", "a", 1, None),
        Change("added", "b", None, 2),
    ]


def test_equal_records_have_no_changes():
    assert module.compare({"a": [1, 2], "b": None}, {"b": None, "a": [1, 2]}) == []


def test_changes_are_sorted_by_field():
    changes = module.compare({"z": 1, "m": 1}, {"m": 2, "a": 3})
    assert [change.field for change in changes] == ["a", "m", "z"]


def test_none_is_a_value_like_any_other():
    assert module.compare({"a": None}, {}) == [Change("removed", "a", None, None)]
    assert module.compare({}, {"a": None}) == [Change("added", "a", None, None)]
    assert module.compare({"a": 0}, {"a": None}) == [Change("changed", "a", 0, None)]


def test_applying_the_changes_gives_the_new_record():
    old = {"id": 7, "name": "Ada", "tags": ["x"], "note": None}
    new = {"id": 7, "name": "", "tags": ["x", "y"], "age": 36}
    assert apply(old, module.compare(old, new)) == new
