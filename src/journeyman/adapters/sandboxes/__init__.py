"""Ways to fill the seam to sandboxes."""
