from rooms.booking import Booking
from rooms.clash import clashes
from rooms.diary import Diary


def test_minutes():
    assert Booking(540, 600).minutes() == 60


def test_overlapping_bookings_clash():
    assert clashes(Booking(540, 600), Booking(570, 630))


def test_distant_bookings_do_not_clash():
    diary = Diary()
    assert diary.book(Booking(540, 600))
    assert diary.book(Booking(700, 760))
