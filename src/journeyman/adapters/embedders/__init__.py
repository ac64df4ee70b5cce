"""Ways to turn code and questions into vectors, beside the embedding that comes with Journeyman."""
