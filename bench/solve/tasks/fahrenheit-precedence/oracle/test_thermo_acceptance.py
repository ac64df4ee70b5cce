from thermo.report import describe_fahrenheit
from thermo.scales import celsius_to_fahrenheit, fahrenheit_to_celsius


def test_freezing_point():
    assert fahrenheit_to_celsius(32) == 0


def test_boiling_point():
    assert fahrenheit_to_celsius(212) == 100


def test_the_scales_meet():
    assert fahrenheit_to_celsius(-40) == -40


def test_there_and_back():
    for celsius in (-20, 5, 35):
        assert abs(fahrenheit_to_celsius(celsius_to_fahrenheit(celsius)) - celsius) < 1e-9


def test_words():
    assert describe_fahrenheit(30) == "freezing"
    assert describe_fahrenheit(50) == "cool"
