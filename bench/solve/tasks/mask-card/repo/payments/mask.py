"""Card numbers as shown."""

from payments.clean import digits_only


def mask(number: str) -> str:
    """Return the digits of `number` with all but the last four replaced by "*"."""
    raise NotImplementedError
