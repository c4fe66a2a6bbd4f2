"""PReF's factorization on planted factors."""

from __future__ import annotations

import numpy as np
import pytest

from engine.preferences.posterior import choice_probability
from engine.rewards.factorization import ChoiceMatrix, Factors, fit_factors, random_start, solve_ridge, svd_start

N_PEOPLE, N_PAIRS, N_DIMS, N_BASE = 60, 300, 12, 3


@pytest.fixture(scope="module")
def planted() -> tuple[Factors, ChoiceMatrix]:
    """Sixty simulated people who all answer the same 300 pairs by three planted base rewards."""
    rng = np.random.default_rng(0)
    truth = Factors(rng.normal(0, 0.5, (N_BASE, N_DIMS)), rng.normal([1.0, 0.0, 0.0], 1.0, (N_PEOPLE, N_BASE)))
    features = rng.normal(0, 1, (N_PAIRS, N_DIMS))
    quality = rng.normal(0, 0.5, N_PAIRS)
    logits = truth.user_weights @ (features @ truth.head_weights.T).T + quality
    targets = (rng.random(logits.shape) < choice_probability(logits)).astype(float)
    return truth, ChoiceMatrix(targets, np.ones_like(targets), features, quality)


def subspace_overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine of the largest angle between two row spaces: 1 where they are the same."""
    qa, qb = np.linalg.qr(a.T)[0], np.linalg.qr(b.T)[0]
    return float(np.linalg.svd(qa.T @ qb)[1].min())


def loss(matrix: ChoiceMatrix, factors: Factors) -> float:
    rewards = matrix.feature_differences @ factors.head_weights.T
    p = choice_probability(factors.user_weights @ rewards.T + matrix.quality_differences)
    each = matrix.targets * np.log(p) + (1 - matrix.targets) * np.log(1 - p)
    return -float((matrix.observed * each).sum() / matrix.observed.sum())


def test_planted_base_rewards_are_recovered_up_to_a_rotation(planted):
    """A random three of twelve dimensions overlaps by about 0.1; 18,000 answers leave errors of a few per cent."""
    truth, matrix = planted
    start = svd_start(matrix, N_BASE, ridge=1.0)
    fitted = fit_factors(matrix, start, l2_heads=0.1, l2_users=0.1)
    assert subspace_overlap(fitted.head_weights, truth.head_weights) > 0.95
    assert loss(matrix, fitted) < loss(matrix, truth) + 0.002


def test_the_svd_already_starts_near_the_planted_subspace(planted):
    truth, matrix = planted
    start = svd_start(matrix, N_BASE, ridge=1.0)
    assert subspace_overlap(start.head_weights, truth.head_weights) > 0.8
    assert loss(matrix, start) < loss(matrix, random_start(matrix, N_BASE, seed=0))


def test_people_who_want_the_opposite_get_opposite_weights(planted):
    _, matrix = planted
    targets = matrix.targets.copy()
    targets[1] = 1 - targets[0]
    mirrored = ChoiceMatrix(targets, matrix.observed, matrix.feature_differences, 0 * matrix.quality_differences)
    fitted = fit_factors(mirrored, svd_start(mirrored, N_BASE, ridge=1.0), l2_heads=0.1, l2_users=0.1)
    rewards = matrix.feature_differences @ fitted.head_weights.T
    assert np.corrcoef(rewards @ fitted.user_weights[0], rewards @ fitted.user_weights[1])[0, 1] < -0.9


def test_held_users_keep_their_weights(planted):
    _, matrix = planted
    start = svd_start(matrix, N_BASE, ridge=1.0)
    fitted = fit_factors(matrix, start, l2_heads=0.1, l2_users=0.1, hold_users=True, n_steps=20)
    assert fitted.user_weights.tolist() == start.user_weights.tolist()
    assert loss(matrix, fitted) < loss(matrix, start)


def test_unanswered_pairs_do_not_count(planted):
    _, matrix = planted
    half = matrix.observed.copy()
    half[:, ::2] = 0
    noise = matrix.targets.copy()
    noise[:, ::2] = 0.5
    one = ChoiceMatrix(matrix.targets, half, matrix.feature_differences, matrix.quality_differences)
    other = ChoiceMatrix(noise, half, matrix.feature_differences, matrix.quality_differences)
    fits = [
        fit_factors(m, svd_start(m, N_BASE, ridge=1.0), l2_heads=0.1, l2_users=0.1, n_steps=30) for m in (one, other)
    ]
    assert fits[0].head_weights == pytest.approx(fits[1].head_weights)


def test_ridge_regression_with_no_penalty_to_speak_of_is_least_squares():
    rng = np.random.default_rng(1)
    features, weights = rng.normal(3, 1, (50, 4)), rng.normal(0, 1, (4, 2))
    targets = features @ weights + 7.0
    centred = features - features.mean(axis=0), targets - targets.mean(axis=0)
    assert solve_ridge(*centred, ridge=1e-9) == pytest.approx(weights, abs=1e-6)
