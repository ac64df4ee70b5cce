from recent.cache import RecentCache
from recent.memo import Memo


def test_oldest_entry_goes_first():
    cache = RecentCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("c", 3)
    assert cache.keys() == ["b", "c"]


def test_memo_remembers():
    memo = Memo(str.upper, 2)
    assert memo("x") == "X"
    assert memo("x") == "X"
    assert memo.calls == 1
