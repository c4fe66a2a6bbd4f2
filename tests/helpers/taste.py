"""Small taste models, logs and simulated answers for tests of the preference engine."""

from __future__ import annotations

import itertools

import numpy as np

from engine.preferences.events import (
    Choice,
    LoggedEvent,
    PreferenceEvent,
    QuizAnswer,
    Retraction,
    Scored,
    Thumb,
    ThumbReason,
)
from engine.preferences.posterior import Evidence, WeightPosterior, WeightPrior, choice_probability
from engine.preferences.taste_model import QuizBank, QuizPair, TasteModel
from engine.types import AXES, FloatArray

HEADS = "h-test"


def tiny_taste(n_base: int = 2, n_pairs: int = 30, n_prompts: int = 15) -> TasteModel:
    """A taste model one can compute by hand: N(0, I), and axis i reads weight i alone."""
    rng = np.random.default_rng(7)
    axis_map = np.zeros((len(AXES), n_base))
    axis_map[:n_base, :n_base] = np.eye(n_base)
    pairs = [
        QuizPair(
            id=f"p{i}",
            prompt=f"prompt {i % n_prompts}",
            a="a",
            b="b",
            topic="t",
            a_scored=Scored(base_rewards=rng.normal(0, 1, n_base).tolist(), quality=0.0),
            b_scored=Scored(base_rewards=rng.normal(0, 1, n_base).tolist(), quality=0.0),
        )
        for i in range(n_pairs)
    ]
    return TasteModel(
        prior_mean=np.zeros(n_base),
        prior_covariance=np.eye(n_base),
        axis_map=axis_map,
        quiz=QuizBank(heads_version=HEADS, pairs=pairs),
        heads_version=HEADS,
    )


def scored(*base_rewards: float, quality: float = 0.0) -> Scored:
    return Scored(base_rewards=list(base_rewards), quality=quality)


_pair_numbers = itertools.count(1)


def quiz(a: Scored, b: Scored, choice: Choice, heads: str = HEADS, pair: str | None = None) -> QuizAnswer:
    """An answer to a pair of its own, unless one is named."""
    return QuizAnswer(heads_version=heads, pair=pair or f"p{next(_pair_numbers)}", choice=choice, a=a, b=b)


def thumb(up: bool, shown: Scored, reference: Scored, reason: ThumbReason | None = None, message: str = "m") -> Thumb:
    return Thumb(heads_version=HEADS, message=message, index=0, up=up, shown=shown, reference=reference, reason=reason)


def retraction(number: int) -> Retraction:
    return Retraction(event=number, heads_version=HEADS)


def logged(*events: PreferenceEvent) -> list[LoggedEvent]:
    """The events as a log, numbered from 1."""
    return [LoggedEvent(number=i, created_at=0.0, event=event) for i, event in enumerate(events, start=1)]


def numbers(posterior: WeightPosterior) -> tuple[list[float], list[list[float]], float, float]:
    """All of a posterior that can be compared with ==."""
    return posterior.mean.tolist(), posterior.covariance.tolist(), posterior.scale, posterior.thumb_bias


def standard_prior(n_base: int) -> WeightPrior:
    return WeightPrior(np.zeros(n_base), np.eye(n_base))


def simulated_comparisons(weights: FloatArray, n: int, rng: np.random.Generator) -> Evidence:
    """What somebody with these weights answers to n random pairs."""
    x = rng.normal(0, 1.5, (n, len(weights)))
    offset = rng.normal(0, 0.3, n)
    target = (rng.random(n) < choice_probability(x @ weights + offset)).astype(float)
    return Evidence.comparisons(x, offset, target)
