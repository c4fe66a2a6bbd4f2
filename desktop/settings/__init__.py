"""The settings that the person can change."""
