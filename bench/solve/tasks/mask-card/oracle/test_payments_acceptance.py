from payments.mask import mask


def test_last_four_stay():
    assert mask("4111111111111234") == "************1234"


def test_spaces_and_dashes_are_dropped():
    assert mask("4111-1111 1111-9876") == "************9876"


def test_other_lengths():
    assert mask("123456") == "**3456"
    assert mask("1234 567") == "***4567"


def test_short_numbers_are_shown_whole():
    assert mask("1234") == "1234"
    assert mask("12") == "12"
    assert mask("") == ""
