"""Ways to fill the seam to stores."""
