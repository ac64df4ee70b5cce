from slugs.links import join_url
from slugs.slug import is_slug


def test_join_url_uses_single_slashes():
    assert join_url("http://blog.test/", "/posts/", "one") == "http://blog.test/posts/one"


def test_is_slug():
    assert is_slug("hello-world")
    assert not is_slug("Hello World")
