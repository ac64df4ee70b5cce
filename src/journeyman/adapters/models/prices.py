"""What a call costs and may cost, by the prices of whoever serves it; an unknown price is None, never zero."""

from typing import Any
from urllib.parse import urlsplit

from journeyman.domain.usage import Usage

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def price_of(usage: Usage, model: str, price_url: str, *, cache_write_tokens: int = 0) -> float | None:
    """Return what an answer costs, in dollars: reads and writes of caches at their own prices."""
    if not model:
        return None
    return _price(
        model,
        price_url,
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_tokens,
        cache_write_tokens=cache_write_tokens,
        output_tokens=usage.output_tokens,
    )


def most_of(model: str, price_url: str, *, input_tokens: int, output_tokens: int) -> float | None:
    """Return what so many tokens cost at most, in dollars."""
    return _price(model, price_url, input_tokens=input_tokens, output_tokens=output_tokens)


def _price(model: str, price_url: str, **tokens: Any) -> float | None:
    if urlsplit(price_url).hostname in _LOOPBACK:
        # No list has a price for it, and reading the lists takes a quarter of a second.
        return None
    try:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price
    except ImportError:
        # They come with the extras of providers; without them no price is known.
        return None
    try:
        return float(calc_price(Tokens(**tokens), model, provider_api_url=price_url).total_price)
    except LookupError:
        return None
