from grid.build import filled
from grid.shape import shape
from grid.turn import mirrored


def test_shape():
    assert shape([[1, 2, 3], [4, 5, 6]]) == (2, 3)
    assert shape([]) == (0, 0)


def test_mirrored():
    assert mirrored([[1, 2], [3, 4]]) == [[2, 1], [4, 3]]


def test_filled():
    assert filled(2, 1, 7) == [[7], [7]]
