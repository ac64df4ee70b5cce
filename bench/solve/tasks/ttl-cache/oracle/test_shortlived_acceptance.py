from shortlived.cache import Cache
from shortlived.clock import ManualClock


def cache_of(ttl, capacity):
    clock = ManualClock()
    return clock, Cache(clock, ttl=ttl, capacity=capacity)


def test_a_value_expires_at_its_last_second():
    clock, cache = cache_of(ttl=10, capacity=5)
    cache.put("a", 1)
    clock.advance(9)
    assert cache.get("a") == 1
    clock.advance(1)
    assert cache.get("a") is None


def test_false_values_are_values():
    _, cache = cache_of(ttl=10, capacity=5)
    cache.put("none", None)
    cache.put("zero", 0)
    assert cache.get("none", "default") is None
    assert cache.get("zero", "default") == 0


def test_expired_values_are_not_counted():
    clock, cache = cache_of(ttl=10, capacity=5)
    cache.put("a", 1)
    clock.advance(6)
    cache.put("b", 2)
    clock.advance(4)
    assert len(cache) == 1


def test_a_full_cache_drops_what_expires_first():
    clock, cache = cache_of(ttl=10, capacity=2)
    for key in ("a", "b"):
        cache.put(key, key)
        clock.advance(1)
    cache.put("a", "again")
    clock.advance(1)
    cache.put("c", "c")
    assert [cache.get(key) for key in ("a", "b", "c")] == ["again", None, "c"]


def test_replacing_a_value_in_a_full_cache_drops_nothing():
    clock, cache = cache_of(ttl=10, capacity=2)
    cache.put("a", 1)
    cache.put("b", 2)
    clock.advance(5)
    cache.put("b", 3)
    assert (cache.get("a"), cache.get("b"), len(cache)) == (1, 3, 2)


def test_an_expired_value_makes_room():
    clock, cache = cache_of(ttl=10, capacity=2)
    cache.put("old", 1)
    clock.advance(8)
    cache.put("young", 2)
    clock.advance(2)
    cache.put("new", 3)
    assert [cache.get(key) for key in ("old", "young", "new")] == [None, 2, 3]
