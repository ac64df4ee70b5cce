from payments.brand import brand
from payments.clean import digits_only


def test_digits_only():
    assert digits_only("12-34 56") == "123456"


def test_brand():
    assert brand("4111 1111") == "visa"
    assert brand("") == "unknown"
