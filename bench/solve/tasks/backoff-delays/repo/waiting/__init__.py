"""How long to wait between attempts."""
