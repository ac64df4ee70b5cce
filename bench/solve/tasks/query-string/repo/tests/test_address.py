from address.decode import decode
from address.split import path_of, query_of


def test_decode():
    assert decode("a+b%21") == "a b!"


def test_split():
    assert query_of("/find?q=tea#top") == "q=tea"
    assert path_of("/find?q=tea") == "/find"
