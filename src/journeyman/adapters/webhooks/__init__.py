"""Webhooks, in and out: signatures and payloads, as pure functions."""
