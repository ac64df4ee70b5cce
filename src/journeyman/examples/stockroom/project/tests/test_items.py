import pytest

from stockroom.items import Item, read_catalogue

CATALOGUE = """sku,name,price,reorder_point,target
A-1,Lamp,19.90,2,10
B-7,Chair,45,,
"""


def test_reads_items_by_sku():
    items = read_catalogue(CATALOGUE)
    assert items["A-1"] == Item("A-1", "Lamp", 1990, reorder_point=2, target=10)
    assert items["B-7"].reorder_point == 0


def test_refuses_a_sku_that_occurs_twice():
    with pytest.raises(ValueError, match="A-1 occurs twice"):
        read_catalogue(CATALOGUE + "A-1,Lamp,1,,\n")
