"""Words of a text."""


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, without punctuation around them."""
    stripped = [word.strip(".,;:!?\"'()").lower() for word in text.split()]
    return [word for word in stripped if word]
