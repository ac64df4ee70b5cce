"""A small build tool."""
