"""Ways to fill the seam to models."""
