"""Ways to fill the seam to sources."""
