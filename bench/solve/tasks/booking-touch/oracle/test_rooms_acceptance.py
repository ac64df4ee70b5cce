from rooms.booking import Booking
from rooms.clash import clashes
from rooms.diary import Diary


def test_touching_bookings_do_not_clash():
    assert not clashes(Booking(540, 600), Booking(600, 660))


def test_the_order_does_not_matter():
    assert not clashes(Booking(600, 660), Booking(540, 600))


def test_one_minute_in_common_clashes():
    assert clashes(Booking(540, 601), Booking(600, 660))


def test_a_booking_inside_another_clashes():
    assert clashes(Booking(540, 700), Booking(600, 610))
    assert clashes(Booking(540, 600), Booking(540, 600))


def test_a_full_diary():
    diary = Diary()
    assert diary.book(Booking(540, 600))
    assert diary.book(Booking(660, 720))
    assert diary.book(Booking(600, 660))
    assert not diary.book(Booking(599, 601))
