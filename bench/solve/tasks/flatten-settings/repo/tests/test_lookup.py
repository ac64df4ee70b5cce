from settings_tree.lookup import find


def test_find():
    assert find({"web": {"port": 80}}, "web.port") == 80
    assert find({"web": {"port": 80}}, "web.host") is None
    assert find({"web": 1}, "web.port") is None
