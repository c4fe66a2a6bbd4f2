"""Other methods on answers of people whose weights are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.baselines import (
    Answers,
    lore_weights,
    per_user_weights,
    population_baselines,
    pref_weights,
    variational_users,
)
from engine.preferences.posterior import WeightPrior, choice_probability, sigmoid
from engine.types import FloatArray

TRUE = np.array([[1.5, -1.0], [-0.5, 2.0]])


def answers(n: int, seed: int = 0, weights: FloatArray = TRUE) -> Answers:
    rng = np.random.default_rng(seed)
    x, offset = rng.normal(0, 1.2, (len(weights), n, 2)), rng.normal(0, 0.3, (len(weights), n))
    p = choice_probability(offset + np.einsum("pnd,pd->pn", x, weights))
    return Answers(x, offset, (rng.random(p.shape) < p).astype(float), np.ones(p.shape))


def directions_agree(found: FloatArray) -> bool:
    cosine = (found * TRUE).sum(axis=1) / np.linalg.norm(found, axis=1) / np.linalg.norm(TRUE, axis=1)
    return bool((cosine > 0.95).all())


def test_every_method_finds_peoples_directions_from_many_answers():
    """400 answers each: directions are found to within a few degrees (seeded)."""
    given = answers(400)
    corners = 4.0 * np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    assert directions_agree(per_user_weights(given))
    assert directions_agree(pref_weights(given, seed=0)[:, :2])
    assert directions_agree(lore_weights(given, corners))
    assert directions_agree(variational_users(given, np.zeros(2))[0])


def test_answers_of_no_weight_do_not_count():
    given = answers(20)
    padded = Answers(
        np.concatenate([given.x, np.ones((2, 5, 2))], axis=1),
        np.concatenate([given.offset, np.ones((2, 5))], axis=1),
        np.concatenate([given.target, np.zeros((2, 5))], axis=1),
        np.concatenate([given.weight, np.zeros((2, 5))], axis=1),
    )
    basis = np.array([[1.0, 0.0], [0.0, -1.0]])
    for method in (per_user_weights, lambda a: pref_weights(a, 3), lambda a: lore_weights(a, basis)):
        assert method(padded) == pytest.approx(method(given))
    for one, other in zip(variational_users(padded, TRUE[0]), variational_users(given, TRUE[0]), strict=True):
        assert one == pytest.approx(other)


def test_lores_weights_stay_in_the_simplex():
    corners = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = lore_weights(answers(200), corners)
    assert found.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert (found >= 0).all()


def test_without_answers_the_variational_user_is_the_prior_and_with_some_it_agrees_with_integration():
    """One weight, 12 answers: mean within 0.1 and standard deviation within 15 % of the exact posterior's."""
    none = answers(0)
    mean, sd = variational_users(none, np.array([0.4, 0.0]))
    assert mean == pytest.approx(np.tile([0.4, 0.0], (2, 1)), abs=1e-6)
    assert sd == pytest.approx(1.0, abs=0.01)

    rng = np.random.default_rng(5)
    x, target = rng.normal(0, 1.2, 12), (rng.random(12) < 0.7).astype(float)
    mean, sd = variational_users(
        Answers(x[None, :, None], np.zeros((1, 12)), target[None], np.ones((1, 12))), np.zeros(1)
    )
    grid = np.linspace(-6, 6, 4001)
    p = sigmoid(np.outer(grid, x))
    log_density = (target * np.log(p) + (1 - target) * np.log1p(-p)).sum(axis=1) - 0.5 * grid**2
    density = np.exp(log_density - log_density.max())
    density /= density.sum()
    exact = density @ grid
    exact_sd = np.sqrt(density @ (grid - exact) ** 2)
    assert mean[0, 0] == pytest.approx(exact, abs=0.1)
    assert sd[0, 0] == pytest.approx(exact_sd, rel=0.15)


def test_one_reward_for_all_is_everybodys_where_nobody_differs_and_milder_where_people_do():
    x, offset = np.random.default_rng(2).normal(0, 1, (300, 2)), np.zeros(300)
    mean = np.array([1.0, -0.5])
    alike = population_baselines(WeightPrior(mean, 1e-6 * np.eye(2)), x, offset)
    # slips (4 % each way) take a little off what a plain logistic regression sees
    assert alike.shared[0] / alike.shared[1] == pytest.approx(-2.0, abs=0.02)
    assert 0.8 < np.linalg.norm(alike.shared) / np.linalg.norm(mean) < 1.0
    apart = population_baselines(WeightPrior(mean, 4.0 * np.eye(2)), x, offset)
    assert 0.2 < np.linalg.norm(apart.shared) / np.linalg.norm(mean) < 0.8
    assert np.linalg.matrix_rank(apart.lore_basis) == 2
    many = population_baselines(WeightPrior(mean, 4.0 * np.eye(2)), np.repeat(x, 20, axis=0), np.zeros(6000))
    assert many.shared == pytest.approx(apart.shared, abs=0.01)
