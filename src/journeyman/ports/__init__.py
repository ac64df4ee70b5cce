"""The seams: one Protocol per file, one noun in, one noun out."""
