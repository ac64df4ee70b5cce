from audit.apply import apply
from audit.change import Change


def test_apply():
    record = {"a": 1, "b": 2}
    changes = [Change("removed", "a", 1), Change("added", "c", None, 3)]
    assert apply(record, changes) == {"b": 2, "c": 3}
    assert record == {"a": 1, "b": 2}
