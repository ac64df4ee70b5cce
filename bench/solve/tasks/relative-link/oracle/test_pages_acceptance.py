from pages.broken import broken
from pages.resolve import resolve


def test_single_dots_and_dots_in_the_middle():
    assert resolve("/docs/a.html", "./b.html") == "/docs/b.html"
    assert resolve("/docs/a.html", "x/../y/./b.html") == "/docs/y/b.html"
    assert resolve("/docs/a.html", "/x/../c.html") == "/c.html"


def test_nothing_is_above_the_root():
    assert resolve("/docs/a.html", "../../../c.html") == "/c.html"
    assert resolve("/a.html", "..") == "/"


def test_links_to_folders_end_with_a_slash():
    assert resolve("/docs/old/a.html", "..") == "/docs/"
    assert resolve("/docs/old/a.html", ".") == "/docs/old/"
    assert resolve("/docs/a.html", "new/") == "/docs/new/"
    assert resolve("/docs/a.html", "/") == "/"


def test_the_part_after_a_hash_is_ignored():
    assert resolve("/docs/a.html", "b.html#top") == "/docs/b.html"
    assert resolve("/docs/a.html", "#top") == "/docs/a.html"
    assert resolve("/docs/a.html", "") == "/docs/a.html"


def test_double_slashes_count_once():
    assert resolve("/docs/a.html", "x//b.html") == "/docs/x/b.html"


def test_a_page_that_is_a_folder():
    assert resolve("/docs/", "b.html") == "/docs/b.html"
    assert resolve("/docs/old/", "../b.html#x") == "/docs/b.html"


def test_broken_links_of_a_site():
    site = {
        "/": ["docs/./", "docs/../#news"],
        "/docs/": ["..", "./a.html#end", "../../docs/"],
        "/docs/a.html": ["#top", "b.html", "../docs/b.html#x"],
    }
    assert broken(site) == [("/docs/a.html", "b.html"), ("/docs/a.html", "../docs/b.html#x")]
