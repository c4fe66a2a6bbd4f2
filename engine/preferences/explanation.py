"""Weights in words: what a person likes, what an event changed, and why a draft was chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.preferences.posterior import Evidence, WeightPosterior, fit_posterior
from engine.preferences.taste_model import TasteModel
from engine.types import AXES, FloatArray

AXIS_WORDS: dict[str, tuple[str, str]] = {
    "length": ("shorter", "longer"),
    "structure": ("plainer prose", "more lists and headings"),
    "formality": ("more casual", "more formal"),
    "warmth": ("more matter-of-fact", "warmer"),
    "enthusiasm": ("calmer", "livelier"),
    "humour": ("more earnest", "more playful"),
    "confidence": ("more careful", "more decisive"),
    "depth": ("less background", "more thorough"),
    "technicality": ("plainer words", "more technical"),
    "concreteness": ("more general", "more concrete"),
    "engagement": ("fewer questions back", "more questions back"),
}
"""For each axis: what less of it and what more of it is called, as in "a little shorter from now on"."""

VISIBLE_CHANGE = 0.02
"""A change of liking below this (log-odds a standard deviation) is not worth a sentence."""
CONFIDENT_Z = 1.0
"""A liking this many standard deviations from zero is said in words."""
LEARNED_SDS = 0.3
"""Standard deviations, of what was unknown before any answer, that a liking must have moved to be called learned."""


@dataclass(frozen=True)
class AxisLiking:
    """How much one more standard deviation of an axis is liked, in log-odds, with its standard deviation."""

    axis: str
    mean: float
    sd: float


@dataclass(frozen=True)
class Contribution:
    """What an axis adds to the chosen draft's lead, in log-odds; axis None is what no named axis explains."""

    axis: str | None
    value: float
    difference: float
    """The drafts' difference on the axis itself, in standard deviations (0 where axis is None)."""


def axis_likings(posterior: WeightPosterior, model: TasteModel) -> list[AxisLiking]:
    """In the order of `AXES`."""
    means = model.axis_map @ posterior.mean
    variances = np.einsum("ij,jk,ik->i", model.axis_map, posterior.covariance, model.axis_map)
    return [
        AxisLiking(axis, float(mean), float(np.sqrt(max(variance, 0.0))))
        for axis, mean, variance in zip(AXES, means, variances, strict=True)
    ]


def describe_change(before: WeightPosterior, after: WeightPosterior, model: TasteModel) -> str | None:
    """What an event changed most, for a receipt: "a little shorter"; None where nothing visible changed."""
    change = model.axis_map @ (after.mean - before.mean)
    strongest = int(np.argmax(np.abs(change)))
    return change_words(AXES[strongest], float(change[strongest]))


def change_words(axis: str, size: float) -> str | None:
    """A change of the liking of one axis (log-odds a standard deviation): "a little shorter"; None if not visible."""
    if abs(size) < VISIBLE_CHANGE:
        return None
    less, more = AXIS_WORDS[axis]
    degree = "" if abs(size) >= 0.15 else "a little "
    return degree + (more if size > 0 else less)


def describe_learned(posterior: WeightPosterior, model: TasteModel, at_most: int = 4) -> list[str]:
    """Of `describe_taste`'s words those that this person's own answers brought about, strongest move first."""
    return [AXIS_WORDS[liking.axis][liking.mean > 0] for liking in learned_likings(posterior, model)[:at_most]]


def learned_likings(posterior: WeightPosterior, model: TasteModel) -> list[AxisLiking]:
    """The likings that are sure, and that this person's own answers brought about, strongest move first.

    A liking that was there before any answer is the population's: it is told as the person's own only once their
    answers have moved it that way by `LEARNED_SDS` of what was doubtful about it then.
    """
    nothing = np.zeros(0)
    unknown = fit_posterior(posterior.prior, Evidence.comparisons(np.zeros((0, model.n_base)), nothing, nothing))
    moved: list[tuple[float, AxisLiking]] = []
    for before, now in zip(axis_likings(unknown, model), axis_likings(posterior, model), strict=True):
        share = (now.mean - before.mean) / before.sd * np.sign(now.mean)
        if abs(now.mean) > CONFIDENT_Z * now.sd and share >= LEARNED_SDS:
            moved.append((float(share), now))
    return [liking for _share, liking in sorted(moved, key=lambda item: -item[0])]


def describe_taste(posterior: WeightPosterior, model: TasteModel, at_most: int = 4) -> list[str]:
    """The likings that are sure enough to say, strongest first: ["shorter", "plainer prose"].

    Relative to no liking either way, so that what most people want is said too.
    """
    sure = [liking for liking in axis_likings(posterior, model) if abs(liking.mean) > CONFIDENT_Z * liking.sd]
    sure.sort(key=lambda liking: -abs(liking.mean))
    return [AXIS_WORDS[liking.axis][liking.mean > 0] for liking in sure[:at_most]]


def describe_assumed(posterior: WeightPosterior, model: TasteModel) -> list[str]:
    """Of `describe_taste`'s words those that only most people like, not known of this person."""
    learned = describe_learned(posterior, model, at_most=len(AXES))
    return [words for words in describe_taste(posterior, model) if words not in learned]


def explain_choice(
    chosen: tuple[FloatArray, dict[str, float]],
    other: tuple[FloatArray, dict[str, float]],
    user_weights: FloatArray,
    model: TasteModel,
) -> list[Contribution]:
    """Why this person's weights put `chosen` before `other`, by named axis, largest first, the remainder last.

    chosen, other: base rewards (n_base,) and named axes of each draft. The contributions sum to wᵀΔφ.
    """
    likings = model.axis_map @ user_weights
    contributions = []
    for axis, liking in zip(AXES, likings, strict=True):
        difference = chosen[1].get(axis, 0.0) - other[1].get(axis, 0.0)
        contributions.append(Contribution(axis, float(liking) * difference, difference))
    total = float(user_weights @ (chosen[0] - other[0]))
    remainder = total - sum(c.value for c in contributions)
    contributions.sort(key=lambda c: -abs(c.value))
    return [*contributions, Contribution(None, remainder, 0.0)]
