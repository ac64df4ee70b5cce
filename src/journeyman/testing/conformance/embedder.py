"""What every embedder must do. Subclass it in a test module that has the fixture `embedder`."""

import numpy as np

from journeyman.ports.embedder import Embedder

TEXTS = (
    "shop/totals.py subtotal\ndef subtotal(lines):\n    return sum(line.price * line.quantity for line in lines)",
    "net/retry.py Connection.open\ndef open(self):\n    for delay in delays:\n        self.socket.connect(self.host)",
    "",
    "x" * 50_000,
    "naïve.py grüße\n\N{SAUROPOD} \0 \ud800",
)


class EmbedderConformance:
    """The promises of `ports.embedder.Embedder`, each as a test."""

    async def test_a_row_per_text_of_the_length_it_says(self, embedder: Embedder) -> None:
        """Whatever the texts hold, and for none."""
        found = await embedder.documents(TEXTS)
        assert found.shape == (len(TEXTS), embedder.dimensions)
        assert found.dtype == np.float32
        assert np.isfinite(found).all()
        assert (await embedder.documents([])).shape == (0, embedder.dimensions)

    async def test_vectors_have_unit_length(self, embedder: Embedder) -> None:
        """So that a product of two is their cosine."""
        found = await embedder.documents(TEXTS[:2])
        assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-3)
        asked = await embedder.query("sum of prices")
        assert abs(float(np.linalg.norm(asked)) - 1) < 1e-3

    async def test_nothing_asked_is_no_direction(self, embedder: Embedder) -> None:
        """An empty question is near to nothing."""
        assert float(np.linalg.norm(await embedder.query(""))) == 0.0

    async def test_the_same_text_has_the_same_vector(self, embedder: Embedder) -> None:
        """Alone or among others."""
        alone = await embedder.documents(TEXTS[:1])
        among = await embedder.documents(TEXTS[:2])
        assert np.allclose(alone[0], among[0], atol=2e-2)

    async def test_it_has_a_name(self, embedder: Embedder) -> None:
        """Vectors of two names are never compared."""
        assert embedder.name
