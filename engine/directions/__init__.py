"""Steering drafts by a person's taste: what is asked of the model, for which drafts, and where not at all. No Qt."""
