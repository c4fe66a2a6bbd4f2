"""Replaying real choices: accuracy, AUC and log loss on held-out pairs after k answers, beside the baselines.

A user's pairs are split by prompt into a pool that may be asked and a set that is only predicted, repeatedly.
Numpy only: pairs come as base reward and quality differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.preferences.posterior import (
    Evidence,
    WeightPosterior,
    WeightPrior,
    choice_probability,
    fit_posterior,
)
from engine.preferences.query_selection import expected_information
from engine.types import FloatArray

Select = Literal["active", "random"]
N_BOOTSTRAP = 2000
SHARE_HELD_OUT = 0.5
PER_USER_RIDGE = 1e-3
"""Only so that the baseline without a prior has a finite answer on separable data."""


@dataclass(frozen=True, eq=False)
class UserChoices:
    """One user's answers. x: (n, n_base), offset: (n,), target: (n,) 1 for a, 0 for b, ½ for a tie; prompt: (n,)."""

    user: str
    x: FloatArray
    offset: FloatArray
    target: FloatArray
    prompt: NDArray[np.intp]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table. accuracy and auc leave ties out; auc is the mean of per-person AUCs."""

    method: str
    select: str
    answers: int
    accuracy: float
    accuracy_ci: tuple[float, float]
    auc: float
    log_loss: float
    n_users: int


Scores: TypeAlias = dict[tuple[str, int], FloatArray]
"""(method, answers) → (n_users, 3): accuracy, AUC and log loss of each user."""


def evaluate_choices(
    users: Sequence[UserChoices],
    prior: WeightPrior,
    *,
    answers: Sequence[int],
    select: Select,
    n_splits: int = 10,
    seed: int = 0,
) -> list[Result]:
    """Attune and the baselines after each number of answers; intervals by bootstrap over users.

    Baselines: `population` the prior's mean, never updated; `quality` the shared quality alone; `per_user` a
    logistic regression of that user's answers with no prior (and no population).
    """
    scores = user_scores(users, prior, answers=answers, select=select, n_splits=n_splits, seed=seed)
    return summarise(scores, select, seed)


def user_scores(
    users: Sequence[UserChoices],
    prior: WeightPrior,
    *,
    answers: Sequence[int],
    select: Select,
    n_splits: int,
    seed: int = 0,
) -> Scores:
    """Every user's mean scores over `n_splits` splits of their prompts."""
    collected: dict[tuple[str, int], list[FloatArray]] = {}
    for number, user in enumerate(users):
        per_split: dict[tuple[str, int], list[FloatArray]] = {}
        for split in range(n_splits):
            for k in answers:
                rng = np.random.default_rng([seed, number, split])  # the same split for every k
                pool, test = _split(user.prompt, rng)
                asked, posterior = _ask(user, pool, prior, k, select, rng)
                for method, logits in _predictions(user, asked, test, prior, posterior).items():
                    per_split.setdefault((method, k), []).append(_scores(logits, user.target[test]))
        for key, values in per_split.items():
            collected.setdefault(key, []).append(mean_of_present(np.array(values)))
    return {key: np.array(rows) for key, rows in collected.items()}


def summarise(scores: Scores, select: Select, seed: int = 0) -> list[Result]:
    """Means over users, with bootstrap intervals, in the order of answers."""
    return [_result(method, select, k, rows, seed) for (method, k), rows in sorted(scores.items(), key=_by_answers)]


def _by_answers(item: tuple[tuple[str, int], FloatArray]) -> tuple[int, str]:
    (method, k), _ = item
    return k, method


def _split(prompts: NDArray[np.intp], rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row numbers that may be asked, and those that are predicted; no prompt in both."""
    distinct = rng.permutation(np.unique(prompts))
    held_out = np.isin(prompts, distinct[: round(len(distinct) * SHARE_HELD_OUT)])
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def _ask(
    user: UserChoices,
    pool: NDArray[np.intp],
    prior: WeightPrior,
    k: int,
    select: Select,
    rng: np.random.Generator,
) -> tuple[list[int], WeightPosterior]:
    """Ask k pairs of the pool, one after another; returns which, and the belief after the last."""
    left = rng.permutation(pool).tolist()
    asked: list[int] = []
    posterior = fit_posterior(prior, _evidence(user, asked))
    while left and len(asked) < k:
        if select == "active":
            information = expected_information(user.x[left], user.offset[left], posterior.mean, posterior.covariance)
            pick = left[int(np.argmax(information))]
        else:
            pick = left[0]
        asked.append(pick)
        left = [row for row in left if user.prompt[row] != user.prompt[pick]]
        if select == "active" or len(asked) == k or not left:
            posterior = fit_posterior(prior, _evidence(user, asked))
    return asked, posterior


def _evidence(user: UserChoices, rows: list[int]) -> Evidence:
    index = np.array(rows, dtype=np.intp)
    return Evidence.comparisons(user.x[index], user.offset[index], user.target[index])


def _predictions(
    user: UserChoices,
    asked: list[int],
    test: NDArray[np.intp],
    prior: WeightPrior,
    posterior: WeightPosterior,
) -> dict[str, FloatArray]:
    """Logits of a over b on the test pairs, by method."""
    x, offset = user.x[test], user.offset[test]
    # averaging over the belief: a Gaussian logit under the logistic (MacKay's approximation)
    spread = np.einsum("ij,jk,ik->i", x, posterior.covariance, x)
    return {
        "attune": (offset + x @ posterior.mean) / np.sqrt(1 + np.pi / 8 * spread),
        "population": offset + x @ prior.mean,
        "quality": offset,
        "per_user": x @ _without_prior(user, asked),
    }


def _without_prior(user: UserChoices, asked: list[int]) -> FloatArray:
    n_base = user.x.shape[1]
    flat = WeightPrior(np.zeros(n_base), np.eye(n_base) / PER_USER_RIDGE)
    index = np.array(asked, dtype=np.intp)
    # no shared quality either: this person's answers are all it has
    evidence = Evidence.comparisons(user.x[index], np.zeros(len(asked)), user.target[index])
    return fit_posterior(flat, evidence, scales=(1.0,)).mean


def _scores(logits: FloatArray, target: FloatArray) -> FloatArray:
    """(accuracy, AUC, log loss) of one user on one split."""
    decided = target != 0.5
    right = np.where(logits == 0, 0.5, (logits > 0) == (target > 0.5))
    p = choice_probability(logits)
    loss = -(target * np.log(p) + (1 - target) * np.log1p(-p))
    accuracy = right[decided].mean() if decided.any() else np.nan
    return np.array([accuracy, auc(logits[decided], target[decided]), loss.mean() if len(loss) else np.nan])


def auc(logits: FloatArray, target: FloatArray) -> float:
    """Area under the ROC curve; pairs are symmetric, so that each also counts turned round. NaN where empty."""
    if len(logits) == 0:
        return float("nan")
    scores = np.concatenate([logits, -logits])
    labels = np.concatenate([target > 0.5, target < 0.5])
    positive, negative = scores[labels], scores[~labels]
    wins = (positive[:, None] > negative[None, :]).mean() + 0.5 * (positive[:, None] == negative[None, :]).mean()
    return float(wins)


def mean_of_present(rows: FloatArray) -> FloatArray:
    """Means over the first axis of what is there; NaN where nothing is."""
    present = np.isfinite(rows)
    total = np.where(present, rows, 0.0).sum(axis=0)
    counts = present.sum(axis=0)
    return np.where(counts > 0, total / np.maximum(counts, 1), np.nan)


def _result(method: str, select: str, k: int, rows: FloatArray, seed: int) -> Result:
    """rows: (n_users, 3)."""
    rng = np.random.default_rng(seed)
    scored = rows[np.isfinite(rows[:, 0]), 0]  # not those who were never decided
    low = high = np.nan
    if len(scored):
        means = scored[rng.integers(len(scored), size=(N_BOOTSTRAP, len(scored)))].mean(axis=1)
        low, high = np.percentile(means, [2.5, 97.5])
    accuracy, mean_auc, loss = mean_of_present(rows)
    return Result(
        method=method,
        select=select,
        answers=k,
        accuracy=float(accuracy),
        accuracy_ci=(float(low), float(high)),
        auc=float(mean_auc),
        log_loss=float(loss),
        n_users=len(rows),
    )
