"""Temperatures as text."""

from thermo.scales import fahrenheit_to_celsius


def describe(celsius: float) -> str:
    """Return a word for a temperature in Celsius."""
    if celsius <= 0:
        return "freezing"
    if celsius < 20:
        return "cool"
    return "warm"


def describe_fahrenheit(fahrenheit: float) -> str:
    """Return a word for a temperature in Fahrenheit."""
    return describe(fahrenheit_to_celsius(fahrenheit))
