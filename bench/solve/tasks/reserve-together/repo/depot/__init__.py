"""A depot that reserves goods."""
