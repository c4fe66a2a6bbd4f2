"""Simulated people over the rated axes: documented, seeded, and only ever an addition to choices made by reading.

A simulated person's reward is κ·quality + wᵀaxes with the axes in standard deviations, and their choices follow
the logistic model with the usual noise floor. Most care about a few axes only, as the described people do.
"""

from __future__ import annotations

import numpy as np

from engine.preferences.posterior import choice_probability
from engine.types import FloatArray

QUALITY_STRENGTH = 1.2
"""κ: log-odds a simulated person gives one point of rated quality."""
CARE_PROBABILITY = 0.35
"""The chance that a person cares about an axis at all."""
CARE_SD = 1.0
"""The spread of the weight on an axis cared about, in log-odds a standard deviation."""


def sample_axis_weights(n_people: int, n_axes: int, rng: np.random.Generator) -> FloatArray:
    """(n_people, n_axes): spike-and-slab weights."""
    cares = rng.random((n_people, n_axes)) < CARE_PROBABILITY
    return np.where(cares, rng.normal(0.0, CARE_SD, (n_people, n_axes)), 0.0)


def two_trait_weights(traits: list[int], n_axes: int, strength: float) -> FloatArray:
    """PReF's people (arXiv:2503.06358, section 5): each wants more or less of two different traits.

    For 7 traits these are 84 people: 21 pairs, each in four combinations of signs. (n_people, n_axes).
    """
    people = []
    for i, first in enumerate(traits):
        for second in traits[i + 1 :]:
            for sign_first in (1, -1):
                for sign_second in (1, -1):
                    weights = np.zeros(n_axes)
                    weights[first], weights[second] = sign_first * strength, sign_second * strength
                    people.append(weights)
    return np.array(people)


def simulate_choices(
    axis_weights: FloatArray,
    axis_differences: FloatArray,
    quality_differences: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """(n_people, n_pairs) of 1.0 (first chosen) and 0.0.

    Args:
        axis_weights: (n_people, n_axes); axis_differences: (n_pairs, n_axes) in standard deviations;
        quality_differences: (n_pairs,) in rating points.
    """
    logits = axis_weights @ axis_differences.T + QUALITY_STRENGTH * quality_differences
    return (rng.random(logits.shape) < choice_probability(logits)).astype(np.float64)
