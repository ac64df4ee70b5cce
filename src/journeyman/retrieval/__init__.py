"""The codebase, searchable: walk, chunk, score, pack."""
