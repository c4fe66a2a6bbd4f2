"""Which model the engine holds: choosing, loading, going back."""
