"""Parts of a web address."""
