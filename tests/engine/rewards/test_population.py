"""The population prior by EM."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.taste import simulated_comparisons

from engine.evaluation.choices import predicted_logits
from engine.preferences.posterior import Evidence, WeightPrior, choice_probability, fit_posterior, fit_posteriors
from engine.preferences.taste_model import load_taste_model
from engine.rewards.population import fit_population_prior
from engine.types import FloatArray

MEAN = np.array([0.8, -0.4])
COVARIANCE = np.array([[1.0, 0.5], [0.5, 0.6]])


def people(n: int, n_answers: int, seed: int):
    rng = np.random.default_rng(seed)
    return [simulated_comparisons(weights, n_answers, rng) for weights in rng.multivariate_normal(MEAN, COVARIANCE, n)]


def test_a_planted_population_is_recovered():
    """150 people, 40 answers each: the mean's standard error is about 0.1, the covariance's about 0.15 (seeded)."""
    prior = fit_population_prior(people(150, 40, seed=0), 2)
    assert prior.mean == pytest.approx(MEAN, abs=0.25)
    assert prior.covariance == pytest.approx(COVARIANCE, abs=0.35)
    assert prior.covariance[0, 1] > 0.15


def test_few_answers_do_not_pass_for_little_variety():
    """The spread of the posterior means alone is less than the prior's, which adds what each answer left open."""
    evidence = people(150, 6, seed=1)
    prior = fit_population_prior(evidence, 2)
    means = [fit_posterior(prior, one, scales=(1.0,)).mean for one in evidence]
    assert np.trace(prior.covariance) > 1.5 * np.trace(np.cov(np.transpose(means)))


def test_few_people_still_give_a_proper_covariance():
    prior = fit_population_prior(people(2, 10, seed=2), 2)
    values = np.linalg.eigvalsh(prior.covariance)
    assert values.min() > 0.01
    assert values.max() < 100 * values.min()


@pytest.mark.parametrize("n_answers", [5, 10, 20])
def test_shrinkage_does_not_hurt_where_people_answered_little(n_answers: int):
    """38 people drawn from the shipped prior: new people, after ten answers, are predicted as well as without it."""
    taste = load_taste_model()
    true = WeightPrior(taste.prior_mean, taste.prior_covariance)
    x, offset = taste.quiz_differences
    rng = np.random.default_rng(n_answers)

    def answers(weights: FloatArray, n: int) -> Evidence:
        rows = rng.integers(len(x), size=n)
        yes = rng.random(n) < choice_probability(offset[rows] + x[rows] @ weights)
        return Evidence.comparisons(x[rows], offset[rows], yes.astype(np.float64))

    asked = [answers(w, n_answers) for w in rng.multivariate_normal(true.mean, true.covariance, 38)]
    others = rng.multivariate_normal(true.mean, true.covariance, 60)
    ten = [answers(w, 10) for w in others]

    def log_loss(shrinkage: float) -> float:
        prior = fit_population_prior(asked, taste.n_base, shrinkage=shrinkage)
        losses = []
        for weights, posterior in zip(others, fit_posteriors(prior, ten, scales=(1.0,)), strict=True):
            p = choice_probability(predicted_logits(x, offset, posterior))
            expected = choice_probability(offset + x @ weights)
            losses.append(-(expected * np.log(p) + (1 - expected) * np.log1p(-p)).mean())
        return float(np.mean(losses))

    assert log_loss(4.0) < log_loss(0.01) + 0.005
