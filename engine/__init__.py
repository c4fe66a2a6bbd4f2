"""Attune's engine: sampling drafts, scoring them, and learning one person's taste. Runs without a screen."""

__version__ = "0.1.0"
