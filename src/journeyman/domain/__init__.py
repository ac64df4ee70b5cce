"""The nouns: frozen types with no I/O and no third-party import."""
