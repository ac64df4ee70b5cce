from conf.parse import parse
from conf.query import lookup


def test_sections():
    assert parse("[web]\nport = 80\n\n[db]\nname=main") == {
        "web": {"port": "80"},
        "db": {"name": "main"},
    }


def test_lookup():
    settings = {"": {"debug": "1"}, "web": {"port": "80"}}
    assert lookup(settings, "web.port") == "80"
    assert lookup(settings, "debug") == "1"
    assert lookup(settings, "web.host", "none") == "none"
