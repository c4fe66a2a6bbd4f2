"""The corpus that the heads learn from: prompts, replies, ratings, people and their choices, as files say them.

The files and how they came about are described in `assets/corpus/README.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from engine.errors import InputFileError
from engine.jsonl import read_rows
from engine.types import AXES, FloatArray

RATING_KEYS: dict[str, str] = {
    "structure": "struct",
    "formality": "form",
    "warmth": "warm",
    "enthusiasm": "enth",
    "humour": "hum",
    "confidence": "conf",
    "depth": "depth",
    "technicality": "tech",
    "concreteness": "concr",
    "engagement": "elic",
}
"""Named axis → key in the rating files. Length is computed, never rated."""
QUALITY_KEY = "qual"
WRITTEN, FLAWED = "written", "flawed"
"""Sources that are no model: replies written at matched quality, and ones written to be no help."""


class PromptRow(msgspec.Struct, frozen=True, kw_only=True):
    prompt_id: str
    category: str
    prompt: str


class ReplyRow(msgspec.Struct, frozen=True, kw_only=True):
    reply_id: str
    prompt_id: str
    source: str
    """`WRITTEN`, `FLAWED`, or the name of the model that it was sampled from."""
    reply: str


class RatingRow(msgspec.Struct, frozen=True, kw_only=True):
    """1 to 5 on ten style axes and quality, by reading."""

    reply_id: str
    form: float
    warm: float
    enth: float
    hum: float
    conf: float
    depth: float
    tech: float
    struct: float
    concr: float
    elic: float
    qual: float


class PersonRow(msgspec.Struct, frozen=True, kw_only=True):
    user: str
    description: str
    held_out: bool


class PairRow(msgspec.Struct, frozen=True, kw_only=True):
    """Two replies to one prompt, by reply id."""

    pair: str
    a: str
    b: str


class ChoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    user: str
    pair: str
    choice: Literal["a", "b", "tie"]


@dataclass(frozen=True)
class Reply:
    """A reply with its prompt and what it was rated."""

    id: str
    prompt_id: str
    prompt: str
    category: str
    source: str
    text: str
    rating: RatingRow

    @property
    def model(self) -> str | None:
        """The model that it was sampled from; None where it was written for the corpus."""
        return None if self.source in (WRITTEN, FLAWED) else self.source

    @property
    def n_words(self) -> int:
        return max(len(self.text.split()), 1)


@dataclass(frozen=True)
class Corpus:
    """replies: every rated reply; pairs and choices: what the people were shown and chose."""

    replies: list[Reply]
    people: list[PersonRow]
    pairs: list[PairRow]
    choices: list[ChoiceRow]

    def index(self) -> dict[str, int]:
        """Reply id → row."""
        return {reply.id: row for row, reply in enumerate(self.replies)}


def load_corpus(directory: Path) -> Corpus:
    """Read and check the corpus.

    Raises: InputFileError, when a file is missing or refers to something that is not there.
    """
    prompts = {row.prompt_id: row for row in read_rows(directory / "prompts.jsonl", PromptRow)}
    ratings = {row.reply_id: row for row in read_rows(directory / "ratings.jsonl", RatingRow)}
    replies = []
    for row in read_rows(directory / "replies.jsonl", ReplyRow):
        if row.prompt_id not in prompts or row.reply_id not in ratings:
            raise InputFileError(f"Reply {row.reply_id} of the corpus has no prompt or no rating.")
        prompt = prompts[row.prompt_id]
        replies.append(
            Reply(
                id=row.reply_id,
                prompt_id=row.prompt_id,
                prompt=prompt.prompt,
                category=prompt.category,
                source=row.source,
                text=row.reply,
                rating=ratings[row.reply_id],
            )
        )
    corpus = Corpus(
        replies=replies,
        people=read_rows(directory / "people.jsonl", PersonRow),
        pairs=read_rows(directory / "pairs.jsonl", PairRow),
        choices=read_rows(directory / "choices.jsonl", ChoiceRow),
    )
    known = corpus.index()
    for pair in corpus.pairs:
        if pair.a not in known or pair.b not in known:
            raise InputFileError(f"Pair {pair.pair} of the corpus names a reply that is not there.")
    return corpus


def axis_values(replies: Sequence[Reply]) -> FloatArray:
    """(n, n_axes) in raw units: log words for length, the 1 to 5 ratings for the rest, in `AXES`' order."""
    return np.array(
        [
            [np.log1p(reply.n_words) if axis == "length" else getattr(reply.rating, RATING_KEYS[axis]) for axis in AXES]
            for reply in replies
        ],
        dtype=np.float64,
    )


def quality_values(replies: Sequence[Reply]) -> FloatArray:
    """(n,) rated quality, 1 to 5."""
    return np.array([reply.rating.qual for reply in replies], dtype=np.float64)
