"""The rows that an evaluation of replies reads and writes, and the names of what it compares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from engine.types import N_DRAFTS_MAX

Channel = Literal["plain", "words", "examples", "directed"]
METHODS: dict[str, str] = {
    "default": "the model's first draft",
    "plain": "the best of N plain drafts",
    "words": "one draft, asked for the person's profile in words",
    "words_best": "the best of N drafts, all asked for the person's profile in words",
    "examples": "one draft, shown two of the person's own choices",
    "directed": "the best of N drafts: plain, yours and exploring",
}
OWN, OTHERS = "own", "other's"
"""The replies of two opposed people to one prompt, seen from the first of the two."""
_NUMBERED = re.compile(r"(plain|words|examples|directed)([1-9]\d?)")


@dataclass(frozen=True)
class Method:
    """name: as in the rows; channel: what its drafts are asked for; n: how many drafts it chooses among."""

    name: str
    channel: Channel
    n: int


def method_of(name: str, n: int) -> Method | None:
    """A method by its name in `METHODS`, or by a channel and a number of drafts ("directed4"); None for no method."""
    known: dict[str, tuple[Channel, int]] = {
        "default": ("plain", 1),
        "plain": ("plain", n),
        "words": ("words", 1),
        "words_best": ("words", n),
        "examples": ("examples", 1),
        "directed": ("directed", n),
    }
    if name in known:
        return Method(name, *known[name])
    if (match := _NUMBERED.fullmatch(name)) is None or int(match[2]) > N_DRAFTS_MAX:
        return None
    channel: Channel = match[1]  # type: ignore[assignment]  # one of the pattern's four
    return Method(name, channel, int(match[2]))


def compared(methods: Sequence[Method]) -> list[tuple[str, str]]:
    """Which are set against each other: directed drafts against as many of each other kind and against one draft asked
    in words, asking for a profile against as many plain drafts, and everything against the default.
    """
    rank = {"directed": 0, "words": 1, "examples": 2, "plain": 3}
    ordered = sorted(methods, key=lambda method: (rank[method.channel], -method.n))
    pairs = []
    for i, method in enumerate(ordered):
        for other in ordered[i + 1 :]:
            equal = method.n == other.n and method.channel != other.channel
            once = method.channel == "directed" and other.name in ("words", "examples")
            if equal or once or other.name == "default":
                pairs.append((method.name, other.name))
    return pairs


class ReplyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One method's reply for one person: what is judged, by heads or by reading.

    direction: of the draft that is shown; n_drafts, n_written_tokens: what the method wrote to choose among.
    """

    user: str
    prompt_id: str
    prompt: str
    method: str
    text: str
    finish: str
    n_tokens: int
    direction: str = "plain"
    n_drafts: int = 1
    n_asked: int = 0
    """Of the drafts, those that were steered."""
    n_written_tokens: int = 0


class Judgment(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's choice between two methods' replies, in character and without knowing which is which.

    With `OWN` and `OTHERS`, which of two opposed people a reply is for: "a" is right. swapped: b's reply stood first;
    same: both replies were one, a tie that nobody read; reader: the packet it was read in.
    """

    user: str
    prompt_id: str
    a: str
    b: str
    choice: Literal["a", "b", "tie"]
    swapped: bool = False
    same: bool = False
    reader: str = ""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """method against other: the share of wins (a tie counts half), its 95 % interval over people, and how many."""

    method: str
    other: str
    wins: float
    wins_ci: tuple[float, float]
    n: int
    n_people: int
    judge: str
    n_same: int
    """Of n, those whose replies were one and the same."""
    wins_differing: float | None = None
    """The share without those, with its interval."""
    wins_differing_ci: tuple[float, float] | None = None
    agreement: float | None = None
    """With the other judge, of the decided judgments that both made."""
    consistency: float | None = None
    """Of replies read in both orders, how often the choice was the same."""
