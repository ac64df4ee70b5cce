"""Stores for the vectors of chunks: one array on disk by default, or a vector database that a team already runs."""
