"""Readable addresses for posts."""
