from ledger.money import Money


def test_amounts_as_text():
    assert str(Money(1250)) == "12.50 EUR"
    assert str(Money(-5, "USD")) == "-0.05 USD"
