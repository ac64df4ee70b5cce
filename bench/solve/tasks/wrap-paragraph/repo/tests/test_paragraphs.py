from letter.paragraphs import paragraphs


def test_paragraphs():
    assert paragraphs("one\ntwo\n\n\n\nthree\n") == ["one\ntwo", "three"]


def test_no_text():
    assert paragraphs("") == []
