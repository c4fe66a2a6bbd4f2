"""What others would make of the same answers and the same base rewards. Numpy only; many people side by side.

Each baseline sees, of every pair, the base reward differences x and the quality difference o. What needs to know a
population (one shared reward, LoRe's basis) learns it from the population prior N(μ, Σ), which is what training left
of the training people: from expected choices of people drawn from it, in the pairs at hand (their features, never
anybody's answers). That makes the baselines available for any file of pairs, and gives them as many people as they
could ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.evaluation.asking import Asked, Pool, evidence_of
from engine.preferences.posterior import (
    Evidence,
    WeightPosterior,
    WeightPrior,
    choice_probability,
    fit_posteriors,
    sigmoid,
)
from engine.types import FloatArray

PER_USER_RIDGE = 1e-3
"""Only so that the baseline without a prior has a finite answer on separable data."""
NEWTON_STEPS = 25
PREF_STEPS, PREF_RATE = 500, 0.1
LORE_RANK, LORE_PEOPLE = 10, 200
ADAM_STEPS, ADAM_RATE = 300, 0.05
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_NODE_WEIGHTS = _NODE_WEIGHTS / _NODE_WEIGHTS.sum()


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers of p people, padded: x (p, n, n_base), offset (p, n), target (p, n), weight (p, n) 0 where none is."""

    x: FloatArray
    offset: FloatArray
    target: FloatArray
    weight: FloatArray


@dataclass(frozen=True, eq=False)
class PopulationBaselines:
    """shared: (n_base,) weights of the one reward for all; lore_basis: (rank, n_base)."""

    shared: FloatArray
    lore_basis: FloatArray


def answers_of(pools: Sequence[Pool], asked: Sequence[Asked]) -> Answers:
    n, n_base = max(len(one.rows) for one in asked), pools[0].x.shape[1]
    x = np.zeros((len(asked), n, n_base))
    offset, weight, target = np.zeros(x.shape[:2]), np.zeros(x.shape[:2]), np.full(x.shape[:2], 0.5)
    for i, (pool, one) in enumerate(zip(pools, asked, strict=True)):
        given = slice(len(one.rows))
        x[i, given], offset[i, given], target[i, given] = (
            pool.x[one.rows],
            pool.offset[one.rows],
            pool.target[one.rows],
        )
        weight[i, given] = 1.0
    return Answers(x, offset, target, weight)


def population_baselines(prior: WeightPrior, x: FloatArray, offset: FloatArray, seed: int = 0) -> PopulationBaselines:
    """What a population N(μ, Σ) teaches on pairs x (n, n_base), offset (n,)."""
    center, spread = offset + x @ prior.mean, np.sqrt(np.einsum("ij,jk,ik->i", x, prior.covariance, x))
    pooled = choice_probability(center[:, None] + spread[:, None] * _NODES) @ _NODE_WEIGHTS
    shared = logistic_regression(x, offset, pooled)
    weights = np.random.default_rng(seed).multivariate_normal(prior.mean, prior.covariance, LORE_PEOPLE)
    return PopulationBaselines(shared, _lore_basis(x, offset, choice_probability(offset + weights @ x.T), seed))


def logistic_regression(
    x: FloatArray, offset: FloatArray, target: FloatArray, ridge: float = PER_USER_RIDGE
) -> FloatArray:
    """Weights of x (n, k) beside an offset (n,), for targets (n,) in 0 … 1: (k,), by Newton's method. The variational
    posterior is of no use here: under a prior as flat as that, thousands of answers at once leave it where it starts.
    """
    weights = np.zeros(x.shape[1])
    for _ in range(NEWTON_STEPS):
        probability = sigmoid(x @ weights + offset)
        gradient = x.T @ (target - probability) - ridge * weights
        curvature = (x * (probability * (1 - probability))[:, None]).T @ x + ridge * np.eye(x.shape[1])
        weights += np.linalg.solve(curvature, gradient)
    return weights


def gaussian_users(pools: Sequence[Pool], asked: Sequence[Asked], prior: WeightPrior) -> list[WeightPosterior]:
    """Our own posterior under the population's Gaussian, the same scale for everybody."""
    evidence = [evidence_of(pool, one.rows) for pool, one in zip(pools, asked, strict=True)]
    return fit_posteriors(prior, evidence, scales=(1.0,))


def per_user_weights(answers: Answers) -> FloatArray:
    """Logistic regression of each person's answers: no prior, no shared quality. (p, n_base)."""
    n_base = answers.x.shape[2]
    flat = WeightPrior(np.zeros(n_base), np.eye(n_base) / PER_USER_RIDGE)
    evidence = [
        Evidence.comparisons(x[w > 0], np.zeros(int(w.sum())), t[w > 0])
        for x, t, w in zip(answers.x, answers.target, answers.weight, strict=True)
    ]
    return np.array([posterior.mean for posterior in fit_posteriors(flat, evidence, scales=(1.0,))])


def pref_weights(answers: Answers, seed: int) -> FloatArray:
    """PReF as released (arXiv:2503.06358): random start, plain gradient descent on the mean loss, no L2.

    Over base rewards and quality: (p, n_base + 1), quality last.
    """
    features = np.concatenate([answers.x, answers.offset[..., None]], axis=2)
    weights = np.random.default_rng(seed).normal(0.0, 1.0, (len(features), features.shape[2]))
    share = answers.weight / np.maximum(answers.weight.sum(axis=1, keepdims=True), 1.0)
    for _ in range(PREF_STEPS):
        error = share * (sigmoid(_logits(features, weights)) - answers.target)
        weights -= PREF_RATE * np.einsum("pn,pnd->pd", error, features)
    return weights


def lore_weights(answers: Answers, basis: FloatArray) -> FloatArray:
    """LoRe (arXiv:2504.14439): weights on the simplex over a learned basis, by likelihood alone. (p, n_base).

    The shared quality enters with coefficient one, as in the basis's training.
    """
    rewards = answers.x @ basis.T

    def gradient(free: FloatArray) -> FloatArray:
        simplex = _softmax(free)
        error = answers.weight * (sigmoid(_logits(rewards, simplex) + answers.offset) - answers.target)
        return _through_softmax(simplex, np.einsum("pn,pnk->pk", error, rewards))

    return _softmax(_adam(gradient, np.zeros((len(rewards), len(basis))))) @ basis


def variational_users(answers: Answers, shared: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A VPL-style user (arXiv:2408.10075): weights shared + z, z ~ N(0, I), a mean-field Gaussian fitted by the ELBO.

    Without the amortised encoder: each person's ELBO is maximised itself, its expectations by quadrature.
    Returns means and standard deviations of the weights, (p, n_base) each.
    """
    squares = answers.x**2
    base = answers.offset + answers.x @ shared

    def gradient(parameters: FloatArray) -> FloatArray:
        mean, log_sd = parameters
        variance = np.exp(2 * log_sd)
        spread = np.sqrt(np.einsum("pnd,pd->pn", squares, variance) + 1e-12)
        logit = (base + _logits(answers.x, mean))[..., None] + spread[..., None] * _NODES
        error = (sigmoid(logit) - answers.target[..., None]) * answers.weight[..., None]
        by_mean = np.einsum("pn,pnd->pd", error @ _NODE_WEIGHTS, answers.x) + mean
        by_variance = np.einsum("pn,pnd->pd", (error @ (_NODE_WEIGHTS * _NODES)) / (2 * spread), squares)
        return np.array([by_mean, 2 * variance * by_variance + variance - 1])

    mean, log_sd = _adam(gradient, np.zeros((2, len(base), answers.x.shape[2])))
    return shared + mean, np.exp(log_sd)


def _lore_basis(x: FloatArray, offset: FloatArray, target: FloatArray, seed: int) -> FloatArray:
    """Basis and simplex weights of many people, jointly by likelihood; target: (n_people, n_pairs) in [0, 1]."""
    n_people, n_base = len(target), x.shape[1]
    start = np.random.default_rng(seed).normal(0.0, 0.5, (n_people + n_base, LORE_RANK))

    def gradient(parameters: FloatArray) -> FloatArray:
        simplex, basis = _softmax(parameters[:n_people]), parameters[n_people:].T
        rewards = x @ basis.T
        error = sigmoid(simplex @ rewards.T + offset) - target
        by_simplex = _through_softmax(simplex, error @ rewards)
        return np.vstack([by_simplex, ((error.T @ simplex).T @ x).T])

    basis: FloatArray = _adam(gradient, start)[n_people:].T
    return basis


def _logits(features: FloatArray, weights: FloatArray) -> FloatArray:
    """(p, n, d), (p, d) → (p, n)."""
    return np.asarray((features @ weights[..., None])[..., 0])


def _softmax(free: FloatArray) -> FloatArray:
    exponential = np.exp(free - free.max(axis=-1, keepdims=True))
    return np.asarray(exponential / exponential.sum(axis=-1, keepdims=True))


def _through_softmax(simplex: FloatArray, gradient: FloatArray) -> FloatArray:
    """The gradient with respect to what the softmax was taken of."""
    return np.asarray(simplex * (gradient - (simplex * gradient).sum(axis=-1, keepdims=True)))


def _adam(gradient: Callable[[FloatArray], FloatArray], start: FloatArray) -> FloatArray:
    """Adam (arXiv:1412.6980) with its usual constants and a step that shrinks to nothing."""
    parameters, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, ADAM_STEPS + 1):
        slope = gradient(parameters)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        rate = ADAM_RATE * (1 - step / (ADAM_STEPS + 1))
        parameters -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return parameters
