from pages.broken import broken
from pages.kinds import is_external
from pages.resolve import resolve


def test_is_external():
    assert is_external("mailto:ada@mail.test")
    assert not is_external("b.html")


def test_simple_links():
    assert resolve("/docs/a.html", "b.html") == "/docs/b.html"
    assert resolve("/docs/a.html", "/c.html") == "/c.html"
    assert resolve("/docs/a.html", "../c.html") == "/c.html"


def test_broken():
    assert broken({"/a.html": ["b.html", "http://x.test/"]}) == [("/a.html", "b.html")]
