"""Offline evaluation: how well a person is known after k answers, beside the baselines."""
