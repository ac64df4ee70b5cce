from intake.errors import BadLine


def test_message():
    assert str(BadLine("stray quote")) == "stray quote"


def test_is_an_exception():
    assert issubclass(BadLine, Exception)
