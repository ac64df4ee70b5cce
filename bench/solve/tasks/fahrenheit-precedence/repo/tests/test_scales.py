from thermo.report import describe
from thermo.scales import celsius_to_fahrenheit, celsius_to_kelvin


def test_celsius_to_fahrenheit():
    assert celsius_to_fahrenheit(100) == 212


def test_celsius_to_kelvin():
    assert celsius_to_kelvin(0) == 273.15


def test_describe():
    assert describe(0) == "freezing"
    assert describe(25) == "warm"
