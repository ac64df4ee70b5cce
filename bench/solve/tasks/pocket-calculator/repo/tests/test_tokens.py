import pytest
from calc.errors import CalcError
from calc.tokens import tokens


def test_tokens():
    assert tokens("12*(3 - 4)") == ["12", "*", "(", "3", "-", "4", ")"]


def test_unknown_characters():
    with pytest.raises(CalcError):
        tokens("2 ? 3")
