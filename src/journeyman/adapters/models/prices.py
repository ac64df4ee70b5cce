"""What a call costs and may cost, by the prices of whoever serves it; an unknown price is None, never zero."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse


def price_of(response: "ModelResponse", price_url: str) -> float | None:
    """Return what an answer costs, in dollars: reads and writes of caches at their own prices."""
    if response.usage.unmeasured_requests or not response.model_name:
        return None
    return _price(response.usage, response.model_name, price_url)


def most_of(model: str, price_url: str, *, input_tokens: int, output_tokens: int) -> float | None:
    """Return what so many tokens cost at most, in dollars."""
    from genai_prices import Usage

    return _price(Usage(input_tokens=input_tokens, output_tokens=output_tokens), model, price_url)


def _price(tokens: Any, model: str, price_url: str) -> float | None:
    from genai_prices import calc_price

    try:
        return float(calc_price(tokens, model, provider_api_url=price_url).total_price)
    except LookupError:
        return None
