from player.playlist import total_seconds
from player.track import Track


def test_total_seconds():
    assert total_seconds([Track("a", 100), Track("b", 200)]) == 300


def test_no_tracks():
    assert total_seconds([]) == 0
