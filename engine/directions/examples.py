"""Own examples: a person's clearest quiz answers, put into the prompt as pairs of which they preferred one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.directions.phrases import EXAMPLES_PREAMBLE
from engine.generation.steering import Place, Steering

N_EXAMPLES = 2
MAX_WORDS = 60
"""Of a reply that is quoted: small models have small windows, and the style shows within a few sentences."""


@dataclass(frozen=True)
class Example:
    """Two replies to one prompt of which the person preferred one; margin: how clear that was, in log-odds."""

    prompt: str
    preferred: str
    other: str
    margin: float


def examples_request(examples: Sequence[Example], place: Place) -> Steering | None:
    """The clearest examples as a request to write like what was preferred; None where there is none."""
    clearest = sorted(examples, key=lambda example: -example.margin)[:N_EXAMPLES]
    if not clearest:
        return None
    blocks = [
        f"Question: {example.prompt}\nLiked: {_shortened(example.preferred)}\nDid not like: {_shortened(example.other)}"
        for example in clearest
    ]
    closing = "Answer the next question in the style that was liked."
    return Steering("\n\n".join([EXAMPLES_PREAMBLE, *blocks, closing]), place)


def _shortened(text: str) -> str:
    words = text.split(" ")
    return text if len(words) <= MAX_WORDS else " ".join(words[:MAX_WORDS]) + " …"
