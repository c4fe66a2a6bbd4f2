"""Personas: named system prompts, chosen for each chat."""
