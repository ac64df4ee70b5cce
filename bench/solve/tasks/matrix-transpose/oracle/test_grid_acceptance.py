from grid import turn
from grid.build import filled
from grid.shape import shape


def test_rows_become_columns():
    assert turn.transpose([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]


def test_one_row():
    assert turn.transpose([[1, 2, 3]]) == [[1], [2], [3]]


def test_empty_matrix():
    assert turn.transpose([]) == []


def test_twice_is_the_same_and_the_input_is_kept():
    matrix = [[1, 2], [3, 4], [5, 6]]
    assert turn.transpose(turn.transpose(matrix)) == [[1, 2], [3, 4], [5, 6]]
    assert matrix == [[1, 2], [3, 4], [5, 6]]


def test_rotation_from_both_turns():
    assert turn.mirrored(turn.transpose([[1, 2], [3, 4]])) == [[3, 1], [4, 2]]
    assert shape(turn.transpose(filled(2, 5, 0))) == (5, 2)
