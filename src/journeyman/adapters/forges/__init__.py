"""Ways to fill the seam to forges."""
