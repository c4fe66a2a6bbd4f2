"""The command palette, and the overview of all shortcuts."""
