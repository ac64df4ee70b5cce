"""The recorder: an append-only, hash-chained log; every screen is a view of it."""
