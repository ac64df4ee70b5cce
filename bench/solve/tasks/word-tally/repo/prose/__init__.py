"""Simple facts about a text."""
