"""Expected information against brute force."""

from __future__ import annotations

import numpy as np
import pytest

from engine.preferences.posterior import WeightComponent, choice_probability
from engine.preferences.query_selection import expected_information


def entropy(p):
    return -p * np.log(p) - (1 - p) * np.log(1 - p)


def gaussian(mean, covariance):
    return [WeightComponent(1.0, 1.0, mean, covariance)]


def random_belief(rng: np.random.Generator, n_base: int = 3):
    root = rng.normal(0, 0.7, (n_base, n_base))
    return rng.normal(0, 1, n_base), root @ root.T + 0.1 * np.eye(n_base)


def test_expected_information_agrees_with_monte_carlo():
    """200,000 draws: the Monte Carlo error is below 0.001 nats, the tolerance is 0.005."""
    rng = np.random.default_rng(0)
    mean, covariance = random_belief(rng)
    x, offset = rng.normal(0, 1.5, (8, 3)), rng.normal(0, 0.5, 8)
    draws = rng.multivariate_normal(mean, covariance, 200_000)
    p = choice_probability(draws @ x.T + offset)
    brute = entropy(p.mean(axis=0)) - entropy(p).mean(axis=0)
    assert expected_information(x, offset, gaussian(mean, covariance)) == pytest.approx(brute, abs=0.005)


def test_expected_information_of_a_mixture_agrees_with_monte_carlo():
    """As above, with somebody who is either of average taste or far from it."""
    rng = np.random.default_rng(3)
    mean, covariance = random_belief(rng)
    belief = [
        WeightComponent(0.7, 0.1, mean, 0.01 * covariance),
        WeightComponent(0.3, 1.4, mean + 1.0, 2.0 * covariance),
    ]
    x, offset = rng.normal(0, 1.5, (8, 3)), rng.normal(0, 0.5, 8)
    which = rng.random(200_000) < 0.7
    draws = np.where(
        which[:, None],
        rng.multivariate_normal(mean, 0.01 * covariance, 200_000),
        rng.multivariate_normal(mean + 1.0, 2.0 * covariance, 200_000),
    )
    p = choice_probability(draws @ x.T + offset)
    brute = entropy(p.mean(axis=0)) - entropy(p).mean(axis=0)
    assert expected_information(x, offset, belief) == pytest.approx(brute, abs=0.005)


def test_expected_information_is_between_zero_and_one_bit():
    rng = np.random.default_rng(1)
    for _ in range(50):
        mean, covariance = random_belief(rng)
        information = expected_information(
            10 * rng.normal(0, 1, (20, 3)), rng.normal(0, 5, 20), gaussian(mean, covariance)
        )
        assert np.all(information >= 0)
        assert np.all(information <= np.log(2))


def test_identical_replies_tell_nothing():
    assert expected_information(np.zeros((1, 3)), np.array([0.7]), gaussian(np.ones(3), np.eye(3))) == pytest.approx(
        [0.0]
    )


def test_a_pair_whose_answer_is_known_tells_less_than_an_open_one():
    x = np.array([[1.0, 0.0], [1.0, 0.0]])
    sure, open_ = expected_information(x, np.array([8.0, 0.0]), gaussian(np.zeros(2), np.eye(2)))
    assert sure < open_ / 10


def test_nothing_is_left_to_learn_from_somebody_fully_known():
    x = np.random.default_rng(2).normal(0, 1, (5, 3))
    assert expected_information(x, np.zeros(5), gaussian(np.ones(3), np.zeros((3, 3)))) == pytest.approx(
        np.zeros(5), abs=1e-12
    )


def test_the_active_choice_promises_more_than_a_random_one(taste):
    rewards, quality = taste.quiz_differences
    information = expected_information(rewards, quality, gaussian(taste.prior_mean, taste.prior_covariance))
    assert information.max() > 1.3 * information.mean()
    assert information.min() > 0
