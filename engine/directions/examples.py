"""Own examples: the replies that a person preferred most clearly in the quiz, as the first turns of the conversation.

Quoted in a request instead (liked, not liked), a model of half a billion parameters answered the quoted question or
wrote the quotation on in 75 of 88 drafts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.generation.steering import Steering
from engine.preferences.events import LoggedEvent, QuizAnswer, active_events
from engine.preferences.taste_model import QuizPair, TasteModel
from engine.types import FloatArray

N_EXAMPLES = 2


@dataclass(frozen=True)
class Example:
    """Two replies to one prompt of which the person preferred one; margin: how clear that was, in log-odds."""

    prompt: str
    preferred: str
    other: str
    margin: float


def examples_request(examples: Sequence[Example]) -> Steering | None:
    """The replies preferred in the clearest examples, as earlier turns; None where there is none."""
    clearest = sorted(examples, key=lambda example: -example.margin)[:N_EXAMPLES]
    turns = tuple((example.prompt, example.preferred) for example in clearest)
    return Steering("", "system", turns) if turns else None


def own_examples(log: list[LoggedEvent], mean: FloatArray, model: TasteModel) -> list[Example]:
    """The quiz answers that count, of pairs in the bank, the clearest `N_EXAMPLES` first: as the person chose, and as
    clear as what is now known of them makes it. An answer that they would now give otherwise is no example.

    Args:
        mean: (n_base,) of the belief about their weights.
    """
    pairs = {pair.id: pair for pair in model.quiz.pairs}
    found = []
    for entry in active_events(log):
        answer = entry.event
        if not isinstance(answer, QuizAnswer) or answer.choice not in ("a", "b") or answer.pair not in pairs:
            continue
        if answer.heads_version == model.heads_version:
            found.append(example_of(pairs[answer.pair], answer.choice == "a", mean))
    return sorted((each for each in found if each.margin > 0), key=lambda each: -each.margin)[:N_EXAMPLES]


def example_of(pair: QuizPair, a_preferred: bool, mean: FloatArray) -> Example:
    """A pair of the bank as somebody with these weights chose."""
    margin = pair.a_scored.quality - pair.b_scored.quality
    margin += float(np.subtract(pair.a_scored.base_rewards, pair.b_scored.base_rewards) @ mean)
    preferred, other = (pair.a, pair.b) if a_preferred else (pair.b, pair.a)
    return Example(pair.prompt, preferred, other, margin if a_preferred else -margin)
