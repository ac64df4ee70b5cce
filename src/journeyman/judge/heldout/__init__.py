"""Held-out checks: a person's examples, asked of the product from another process and compared there."""
