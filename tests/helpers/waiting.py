"""How long a test waits for the real engine."""

REPLY_MS = 120_000
"""Generous, since the machine may be busy: a test that waits this long has found a hang."""
