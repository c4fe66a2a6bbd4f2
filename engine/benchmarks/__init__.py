"""Measurements behind the README's performance table. Each compares within one run; `attune-engine bench` runs them."""
