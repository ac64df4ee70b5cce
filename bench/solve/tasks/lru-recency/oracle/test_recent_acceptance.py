from recent.cache import RecentCache
from recent.memo import Memo


def test_reading_refreshes_an_entry():
    cache = RecentCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert cache.keys() == ["a", "c"]


def test_writing_again_refreshes_an_entry():
    cache = RecentCache(3)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 3)
    assert cache.keys() == ["b", "a"]
    assert cache.get("a") == 3


def test_writing_again_drops_nothing_from_a_full_cache():
    cache = RecentCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("b", 5)
    assert cache.keys() == ["a", "b"]
    assert cache.get("b") == 5


def test_a_missing_key_changes_nothing():
    cache = RecentCache(2)
    cache.put("a", 1)
    assert cache.get("zzz") is None
    assert cache.keys() == ["a"]


def test_a_memo_keeps_what_is_used_often():
    memo = Memo(str.upper, 2)
    for key in ("hot", "b", "hot", "c", "hot", "d", "hot"):
        memo(key)
    assert memo.calls == 4
