"""The rows that an evaluation of replies reads and writes, and the names of what it compares."""

from __future__ import annotations

import msgspec

METHODS: dict[str, str] = {
    "default": "the model's first draft",
    "plain": "the best of N plain drafts",
    "words": "one draft, asked for the person's profile in words",
    "examples": "one draft, shown two of the person's own choices",
    "directed": "the best of N drafts: plain, yours and exploring",
}


class ReplyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One method's reply for one person: what is judged, by heads or by reading."""

    user: str
    prompt_id: str
    prompt: str
    method: str
    text: str
    finish: str
    n_tokens: int
    direction: str = "plain"


class Judgment(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's choice between two methods' replies, in character and without knowing which is which."""

    user: str
    prompt_id: str
    a: str
    b: str
    choice: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """method against other: the share of wins (a tie counts half), its 95 % interval over people, and how many."""

    method: str
    other: str
    wins: float
    wins_ci: tuple[float, float]
    n: int
    n_people: int
    judge: str
    agreement: float | None = None
    """With the other judge, of the decided judgments that both made."""
