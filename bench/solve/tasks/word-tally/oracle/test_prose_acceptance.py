from prose import tally as module


def test_counts():
    assert module.tally("one two one") == {"one": 2, "two": 1}


def test_case_and_punctuation_do_not_matter():
    assert module.tally("Well, well... WELL!") == {"well": 3}


def test_empty_text():
    assert module.tally("") == {}
    assert module.tally(" !! ") == {}


def test_lines_and_inner_apostrophes():
    assert module.tally("don't stop\n(don't)") == {"don't": 2, "stop": 1}


def test_agrees_with_distinct():
    text = "The cat, the dog and THE bird."
    assert len(module.tally(text)) == module.distinct(text) == 5
