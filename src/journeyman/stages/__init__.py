"""The verbs: each `verb(nouns, *, ports) -> noun`, independent of one another."""
