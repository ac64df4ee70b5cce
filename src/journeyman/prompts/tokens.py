"""How much of a model's attention a text takes, roughly."""

_CHARACTERS_PER_TOKEN = 3.6


def estimate_tokens(text: str) -> int:
    """Return a rough count of the tokens a model sees in code; for packing and reserves, never for claims."""
    return int(len(text) / _CHARACTERS_PER_TOKEN) + 1
