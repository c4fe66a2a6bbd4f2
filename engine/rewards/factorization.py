"""PReF's factorization: from many people's choices to base reward heads and weights.

r_u(x, y) = q(x, y) + w_uᵀ φ(x, y),  P(a over b | u) = γ + (1 − 2γ) σ(r_u(a) − r_u(b)),  φ = V z, linear in features.
Source: PReF (arXiv:2503.06358), with q held, both factors regularised, and the matrix centred before the SVD.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from engine.preferences.posterior import NOISE_FLOOR
from engine.types import FloatArray


@dataclass(frozen=True, eq=False)
class ChoiceMatrix:
    """Answers of people (rows) to pairs (columns).

    targets: (n_people, n_pairs) 1 where a was chosen, 0 where b, ½ for a tie; observed: the same shape, the weight
    of each answer, 0 where there is none; feature_differences: (n_pairs, n_dims) standardised z_a − z_b;
    quality_differences: (n_pairs,) q_a − q_b in log-odds.
    """

    targets: FloatArray
    observed: FloatArray
    feature_differences: FloatArray
    quality_differences: FloatArray


@dataclass(frozen=True, eq=False)
class Factors:
    """head_weights: (n_base, n_dims) V; user_weights: (n_people, n_base) w_u."""

    head_weights: FloatArray
    user_weights: FloatArray


def svd_start(matrix: ChoiceMatrix, n_base: int, ridge: float) -> Factors:
    """Start from the singular vectors of the answers.

    Answers coded ±½ are scaled by 4 (one over the logistic's slope at zero), centred by column over those who
    answered, missing ones 0. The right singular vectors, reward differences of the pairs, are then regressed on the
    feature differences with a ridge.
    """
    counts = np.maximum(matrix.observed.sum(axis=0), 1e-9)
    coded = 4.0 * (matrix.targets - 0.5) * matrix.observed
    mean = coded.sum(axis=0) / counts
    centred = (4.0 * (matrix.targets - 0.5) - mean) * (matrix.observed > 0)
    # the population's common answer is a direction of its own: it starts the first base reward
    left, singular, right = np.linalg.svd(centred, full_matrices=False)
    left, singular, right = left[:, : n_base - 1], singular[: n_base - 1], right[: n_base - 1]
    common = mean - matrix.quality_differences
    pair_rewards = np.column_stack([common, (np.sqrt(singular)[:, None] * right).T])
    user_weights = np.column_stack([np.ones(len(coded)), left * np.sqrt(singular)])
    head_weights = solve_ridge(matrix.feature_differences, pair_rewards, ridge).T
    return Factors(head_weights, user_weights)


def random_start(matrix: ChoiceMatrix, n_base: int, seed: int) -> Factors:
    """Small random factors, for the ablation."""
    rng = np.random.default_rng(seed)
    n_dims = matrix.feature_differences.shape[1]
    return Factors(
        rng.normal(0, 1 / np.sqrt(n_dims), (n_base, n_dims)), rng.normal(0, 0.3, (len(matrix.targets), n_base))
    )


def fit_factors(
    matrix: ChoiceMatrix,
    start: Factors,
    *,
    l2_heads: float,
    l2_users: float,
    hold_users: bool = False,
    n_steps: int = 300,
    on_progress: Callable[[int, float], None] | None = None,
) -> Factors:
    """Joint maximum likelihood with L2 on both factors, by L-BFGS; with `hold_users`, of the heads alone.

    Args:
        l2_heads, l2_users: penalties per squared weight, against the log-likelihood summed over answers.
        on_progress: called with (step, loss per answer).
    """
    dz = torch.from_numpy(matrix.feature_differences)
    dq = torch.from_numpy(matrix.quality_differences)
    targets, observed = torch.from_numpy(matrix.targets), torch.from_numpy(matrix.observed)
    heads = torch.from_numpy(start.head_weights.copy()).requires_grad_()
    users = torch.from_numpy(start.user_weights.copy()).requires_grad_(not hold_users)
    parameters = [heads] if hold_users else [heads, users]
    optimizer = torch.optim.LBFGS(
        parameters, max_iter=n_steps, history_size=20, line_search_fn="strong_wolfe", tolerance_change=1e-9
    )
    n_answers = float(observed.sum())
    step = 0

    def closure() -> torch.Tensor:
        nonlocal step
        optimizer.zero_grad()
        p = NOISE_FLOOR + (1 - 2 * NOISE_FLOOR) * torch.sigmoid(users @ (dz @ heads.T).T + dq)
        log_likelihood = (observed * (targets * p.log() + (1 - targets) * (1 - p).log())).sum()
        penalty = l2_heads * heads.square().sum() + l2_users * users.square().sum()
        loss: torch.Tensor = (penalty - log_likelihood) / n_answers
        loss.backward()  # type: ignore[no-untyped-call]
        step += 1
        if on_progress is not None:
            on_progress(step, float(loss.detach()))
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return Factors(heads.detach().numpy(), users.detach().numpy())


def solve_ridge(features: FloatArray, targets: FloatArray, ridge: float) -> FloatArray:
    """(n_dims, n_targets): least squares with an L2 penalty and no intercept: centre both first where one is meant."""
    # more dimensions than rows: solve in the rows' space
    gram = features @ features.T
    gram[np.diag_indices_from(gram)] += ridge
    result: FloatArray = features.T @ np.linalg.solve(gram, targets)
    return result
