"""The population prior over weights: a Gaussian estimated from many people by EM.

Each person's posterior is a Gaussian of its own width; the prior's covariance is the average of those
widths plus the spread of their means, so that few answers do not pass for little variety.
"""

from __future__ import annotations

import numpy as np

from engine.preferences.posterior import Evidence, WeightPrior, fit_posteriors
from engine.types import FloatArray


def fit_population_prior(
    evidence: list[Evidence], n_base: int, *, n_iterations: int = 30, shrinkage: float = 4.0
) -> WeightPrior:
    """N(μ, Σ) over the people whose answers are given.

    Args:
        shrinkage: strength, in people, of the pull of Σ towards its own average variance times the identity: a full
        covariance of few people is not well determined (inverse-Wishart MAP).
    """
    mean, covariance = np.zeros(n_base), np.eye(n_base)
    for _ in range(n_iterations):
        prior = WeightPrior(mean, covariance)
        posteriors = fit_posteriors(prior, evidence, scales=(1.0,))
        means: FloatArray = np.array([posterior.mean for posterior in posteriors])
        mean = means.mean(axis=0)
        scatter = sum(
            np.outer(m - mean, m - mean) + posterior.covariance for m, posterior in zip(means, posteriors, strict=True)
        )
        target = np.eye(n_base) * np.trace(np.asarray(scatter)) / (n_base * len(evidence))
        covariance = (np.asarray(scatter) + shrinkage * target) / (len(evidence) + shrinkage)
    return WeightPrior(mean, covariance)
