"""The sentence: order, self-correction, stopping."""
