"""On which side each reply of a pair stands: random over pairs, the same every time for one pair. Pure."""

from __future__ import annotations

import hashlib

from engine.preferences.events import Choice
from engine.preferences.taste_model import QuizPair


def is_swapped(pair_id: str) -> bool:
    """Whether reply b stands on the left."""
    return hashlib.sha256(pair_id.encode()).digest()[0] % 2 == 1


def sides(pair: QuizPair) -> tuple[str, str]:
    """(left text, right text)."""
    return (pair.b, pair.a) if is_swapped(pair.id) else (pair.a, pair.b)


def choice_of_side(pair_id: str, left: bool) -> Choice:
    return "a" if left != is_swapped(pair_id) else "b"
