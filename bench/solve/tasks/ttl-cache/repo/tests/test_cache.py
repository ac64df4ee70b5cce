from shortlived.cache import Cache
from shortlived.clock import ManualClock


def test_a_value_is_kept_for_a_while():
    clock = ManualClock()
    cache = Cache(clock, ttl=10, capacity=5)
    cache.put("a", 1)
    clock.advance(5)
    assert cache.get("a") == 1
    clock.advance(60)
    assert cache.get("a", "gone") == "gone"


def test_missing_key():
    assert Cache(ManualClock(), ttl=10, capacity=5).get("a") is None
