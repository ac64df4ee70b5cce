import pytest
from sheet.table import Table


def test_add():
    table = Table(["a", "b"])
    table.add(1, 2)
    assert table.rows == [[1, 2]]


def test_rows_must_fit():
    with pytest.raises(ValueError):
        Table(["a", "b"]).add(1)
