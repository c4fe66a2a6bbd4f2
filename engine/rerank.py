"""Best-of-N: choose the draft one person would like most. Pure functions over arrays: no sampling, no loading, no Qt.

The score is q + μᵀφ̃ − c·√(φ̃ᵀSφ̃ + v): expected reward less a multiple of its standard deviation, where
φ̃ = φ − φ(population's choice), S is the covariance of the belief about the person's weights and v the variance of
μᵀφ̃ over the bootstrap heads. Taking φ relative to the population's choice makes the penalty independent of φ's
arbitrary origin, and makes the population's choice the answer when nothing is known of the person.
Sources: best-of-N over a linear reward, PReF (arXiv:2503.06358); uncertainty-penalised choice, arXiv:2401.16635.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.types import FloatArray

CAUTION = 0.1
"""c: standard deviations of expected reward that an uncertain draft must make up for. Small: that average taste loses
nothing is the prior's doing (`engine.preferences.posterior.SCALES`)."""
QUALITY_MARGIN = 1.5
"""Log-odds of quality below the best draft's at which a draft is out, whatever its style."""


@dataclass(frozen=True, eq=False)
class Choice:
    """chosen: index; scores and uncertainty: (n_drafts,), the score and the square root in it."""

    chosen: int
    scores: FloatArray
    uncertainty: FloatArray


def choose_draft(
    base_rewards: FloatArray,
    quality: FloatArray,
    bootstrap_base_rewards: FloatArray,
    mean: FloatArray,
    covariance: FloatArray,
    population_mean: FloatArray,
    candidates: NDArray[np.bool_] | None = None,
) -> Choice:
    """Choose among drafts; ties go to the earliest, so reruns agree.

    Args:
        base_rewards: (n_drafts, n_base); quality: (n_drafts,) log-odds.
        bootstrap_base_rewards: (n_bootstrap, n_drafts, n_base).
        mean, covariance: the belief about the person's weights, (n_base,), (n_base, n_base).
        population_mean: (n_base,), the weights of somebody nothing is known about.
        candidates: (n_drafts,), which drafts may be chosen at all; all where it is None.
    """
    if candidates is not None and not candidates.any():
        raise ValueError("no draft may be chosen")
    allowed = above_floor(quality, candidates)
    reference = population_choice(base_rewards, quality, population_mean, candidates)
    relative = base_rewards - base_rewards[reference]
    bootstrap_relative = bootstrap_base_rewards - bootstrap_base_rewards[:, reference : reference + 1]
    variance = np.einsum("ij,jk,ik->i", relative, covariance, relative) + (bootstrap_relative @ mean).var(axis=0)
    uncertainty = np.sqrt(np.maximum(variance, 0.0))
    scores = quality + relative @ mean - CAUTION * uncertainty
    return Choice(chosen=_best(scores, allowed), scores=scores, uncertainty=uncertainty)


def population_choice(
    base_rewards: FloatArray,
    quality: FloatArray,
    population_mean: FloatArray,
    candidates: NDArray[np.bool_] | None = None,
) -> int:
    """The draft that somebody nothing is known about gets. Shapes as in `choose_draft`."""
    return _best(quality + base_rewards @ population_mean, above_floor(quality, candidates))


def above_floor(quality: FloatArray, candidates: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """(n_drafts,): which drafts are good enough in general for taste to choose among."""
    allowed = np.ones(len(quality), dtype=bool) if candidates is None else candidates
    floor: NDArray[np.bool_] = allowed & (quality >= quality[allowed].max() - QUALITY_MARGIN)
    return floor


def _best(scores: FloatArray, allowed: NDArray[np.bool_]) -> int:
    return int(np.argmax(np.where(allowed, scores, -np.inf)))
