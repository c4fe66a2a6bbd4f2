"""The closest Gaussian to a posterior: against numerical integration, and as the optimum that it should be."""

from __future__ import annotations

import numpy as np
import pytest

from engine.preferences.posterior import NOISE_FLOOR, choice_probability
from engine.preferences.variational import ChoiceFits, fit_gaussians
from engine.types import FloatArray


def one_weight(n: int, scale: float, rng: np.random.Generator) -> ChoiceFits:
    """n answers of somebody drawn from N(0.3, scale²), turned so that every one says yes."""
    weight = rng.normal(0.3, scale)
    x, offset = rng.normal(0, 1.5, n), rng.normal(0, 0.3, n)
    sign = np.where(rng.random(n) < choice_probability(x * weight + offset), 1.0, -1.0)
    return ChoiceFits(
        design=(sign * x)[None, :, None],
        base=(sign * offset)[None],
        weight=np.ones((1, n)),
        center=np.array([[[0.3]]]),
        precision=np.array([[[[scale**-2.0]]]]),
    )


def integrated(fits: ChoiceFits) -> tuple[float, float, float]:
    """Mean, standard deviation and log marginal likelihood, on a grid."""
    grid, step = np.linspace(-14, 14, 4001, retstep=True)
    sd = float(fits.precision[0, 0, 0, 0] ** -0.5)
    prior = np.exp(-0.5 * ((grid - fits.center[0, 0, 0]) / sd) ** 2) / sd / np.sqrt(2 * np.pi)
    p = choice_probability(np.outer(grid, fits.design[0, :, 0]) + fits.base[0])
    density = prior * np.exp(np.log(p).sum(axis=1))
    total = density.sum()
    mean = density @ grid / total
    return float(mean), float(np.sqrt(density @ (grid - mean) ** 2 / total)), float(np.log(total * step))


def test_means_spreads_and_marginal_likelihoods_agree_with_numerical_integration():
    """100 people of 2 to 60 answers. The bound is below the log marginal likelihood, by at most 0.15 nats."""
    rng = np.random.default_rng(5)
    off, ratio, gap = [], [], []
    for _ in range(100):
        fits = one_weight(int(rng.integers(2, 61)), 1.5, rng)
        mean, sd, log_evidence = integrated(fits)
        fitted = fit_gaussians(fits, NOISE_FLOOR, 15)
        off.append((fitted.means[0, 0, 0] - mean) / sd)
        ratio.append(np.sqrt(fitted.covariances[0, 0, 0, 0]) / sd)
        gap.append(log_evidence - fitted.log_evidence[0, 0])
    assert np.sqrt(np.mean(np.square(off))) < 0.05
    assert 0.7 < min(ratio) < max(ratio) < 1.01
    assert -1e-3 < min(gap) < max(gap) < 0.15


def bound(fits: ChoiceFits, mean: FloatArray, covariance: FloatArray) -> float:
    """The evidence lower bound, by many draws of common random numbers."""
    root = np.linalg.cholesky(covariance)
    draws = mean + np.random.default_rng(0).normal(size=(200_000, len(mean))) @ root.T
    away = mean - fits.center[0, 0]
    precision = fits.precision[0, 0]
    divergence = 0.5 * (
        away @ precision @ away
        + np.trace(precision @ covariance)
        - len(mean)
        - np.linalg.slogdet(precision @ covariance)[1]
    )
    logits = draws @ fits.design[0].T + fits.base[0]
    return float((fits.weight[0] * np.log(choice_probability(logits))).sum(axis=1).mean() - divergence)


def test_no_neighbouring_gaussian_has_a_larger_bound():
    rng = np.random.default_rng(1)
    n, d = 8, 3
    fits = ChoiceFits(
        rng.normal(0, 1.5, (1, n, d)),
        rng.normal(0, 0.3, (1, n)),
        np.ones((1, n)),
        np.zeros((1, 1, d)),
        np.eye(d)[None, None],
    )
    fitted = fit_gaussians(fits, NOISE_FLOOR, 31)
    mean, covariance = fitted.means[0, 0], fitted.covariances[0, 0]
    best = bound(fits, mean, covariance)
    assert fitted.log_evidence[0, 0] == pytest.approx(best, abs=0.01)
    for direction in np.vstack([np.eye(d), -np.eye(d)]):
        assert bound(fits, mean + 0.2 * direction, covariance) < best
    for factor in (0.7, 1.4):
        assert bound(fits, mean, factor * covariance) < best


def test_fewer_nodes_are_enough_where_much_is_known():
    """What `engine.preferences.posterior` relies on for long logs: 400 answers, five nodes against 31."""
    rng = np.random.default_rng(2)
    d = 4
    design, weights = rng.normal(0, 1.5, (1, 400, d)), rng.normal(0, 1, d)
    sign = np.where(rng.random(400) < choice_probability(design[0] @ weights), 1.0, -1.0)
    fits = ChoiceFits(
        design * sign[:, None],
        np.zeros((1, 400)),
        np.ones((1, 400)),
        center=np.zeros((1, 1, d)),
        precision=np.eye(d)[None, None],
    )
    few, many = fit_gaussians(fits, NOISE_FLOOR, 5), fit_gaussians(fits, NOISE_FLOOR, 31)
    assert few.means == pytest.approx(many.means, abs=1e-3)
    assert few.covariances == pytest.approx(many.covariances, rel=0.01, abs=1e-5)


def test_a_wide_prior_started_beside_a_narrow_one_ends_where_it_would_alone():
    """Twenty people, three priors: within what the tolerance of 1e-9 nats leaves open."""
    rng = np.random.default_rng(3)
    n, d, scales = 12, 4, (0.05, 1.0, 2.0)
    design, base, weights = rng.normal(0, 1.5, (20, n, d)), rng.normal(0, 0.3, (20, n)), rng.normal(0, 1, (20, d, 1))
    chance = choice_probability((design @ weights)[..., 0] + base)
    sign = np.where(rng.random((20, n)) < chance, 1.0, -1.0)
    design, base = design * sign[..., None], base * sign
    precision = np.tile([np.eye(d) * scale**-2.0 for scale in scales], (20, 1, 1, 1))
    together = ChoiceFits(design, base, np.ones((20, n)), np.zeros((20, len(scales), d)), precision)
    fitted = fit_gaussians(together, NOISE_FLOOR, 15)
    for scale in range(len(scales)):
        alone = ChoiceFits(design, base, np.ones((20, n)), np.zeros((20, 1, d)), precision[:, scale : scale + 1])
        one = fit_gaussians(alone, NOISE_FLOOR, 15)
        assert fitted.log_evidence[:, scale] == pytest.approx(one.log_evidence[:, 0], abs=1e-8)
        assert fitted.means[:, scale] == pytest.approx(one.means[:, 0], abs=2e-4)
        assert fitted.covariances[:, scale] == pytest.approx(one.covariances[:, 0], abs=2e-4)
