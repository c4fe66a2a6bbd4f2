"""How long drafts will still take. Pure arithmetic on what the engine reports."""

from __future__ import annotations

from collections.abc import Sequence

FIRST_GUESS_TOKENS = 160
"""Tokens of a reply, before any was seen."""


class ReplyLengths:
    """A running mean of how long this model's replies are, in tokens."""

    def __init__(self) -> None:
        self._mean = float(FIRST_GUESS_TOKENS)

    @property
    def expected(self) -> float:
        return self._mean

    def observe(self, n_tokens: Sequence[int]) -> None:
        for n in n_tokens:
            self._mean += 0.2 * (n - self._mean)


def fractions(n_tokens: Sequence[int], finished: Sequence[bool], expected: float, limit: int) -> list[float]:
    """How far each draft is, 0 to 1. A draft longer than expected creeps on and never claims to be done."""
    result = []
    for n, done in zip(n_tokens, finished, strict=True):
        target = min(float(limit), max(expected, n * 1.1 + 8))
        result.append(1.0 if done else min(0.97, n / max(target, 1.0)))
    return result


def seconds_left(
    n_tokens: Sequence[int], finished: Sequence[bool], tokens_per_s: float, expected: float, limit: int
) -> float | None:
    """Until the last draft ends, None while nothing is known. Drafts decode in lock-step, so the longest decides."""
    running = [n for n, done in zip(n_tokens, finished, strict=True) if not done]
    if not running or tokens_per_s <= 0:
        return None
    per_draft = tokens_per_s / len(running)
    left = max(min(float(limit), max(expected, n * 1.1 + 8)) - n for n in running)
    return max(left, 0.0) / per_draft
