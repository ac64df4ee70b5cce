import pytest
from spell.parse import parse
from spell.write import write


def refused(text):
    with pytest.raises(ValueError) as caught:
        parse(text)
    return str(caught.value)


def test_case_and_spaces_between_pieces():
    assert parse(" 2D 4h ") == 2 * 86_400 + 4 * 3_600
    assert parse("1h  5S") == 3_605


def test_no_duration_at_all():
    assert refused("") == "not a duration: ''"
    assert refused("soon") == "not a duration: 'soon'"
    assert refused("  ") == "not a duration: '  '"


def test_a_number_needs_a_unit():
    assert refused("90") == "not a duration: '90'"
    assert refused("1h30") == "not a duration: '1h30'"


def test_a_unit_needs_a_number():
    assert refused("h") == "not a duration: 'h'"
    assert refused("1hm") == "not a duration: '1hm'"


def test_a_piece_may_not_be_torn_apart():
    assert refused("1 h") == "not a duration: '1 h'"
    assert refused("1 2m") == "not a duration: '1 2m'"
    assert refused("-5m") == "not a duration: '-5m'"


def test_units_must_go_from_large_to_small_each_once():
    assert refused("5m 1h") == "not a duration: '5m 1h'"
    assert refused("1m1m") == "not a duration: '1m1m'"


def test_what_was_written_can_be_read():
    assert all(parse(write(seconds)) == seconds for seconds in (0, 59, 3_600, 90_061, 172_800))
