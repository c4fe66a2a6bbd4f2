"""Replaying real choices: accuracy, AUC, log loss and calibration on held-out pairs after k answers, beside baselines.

A user's pairs are split by prompt into a pool that may be asked and a set that is only predicted, repeatedly.
Numpy only: pairs come as base reward and quality differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.asking import Asked, Pool, Select, ask
from engine.evaluation.baselines import (
    PopulationBaselines,
    answers_of,
    gaussian_users,
    lore_weights,
    per_user_weights,
    population_baselines,
    pref_weights,
    variational_users,
)
from engine.evaluation.metrics import (
    ACCURACY,
    AUC,
    LOG_LOSS,
    bootstrap_rows,
    calibration_error,
    interval,
    mean_interval,
    mean_of_present,
    score_row,
)
from engine.preferences.posterior import SCALES, WeightPosterior, WeightPrior
from engine.types import FloatArray

SHARE_HELD_OUT = 0.5
REFERENCE = "population"
"""The method that gains are counted from."""

METHODS: dict[str, str] = {
    "attune": "prior, posterior and shared quality as they ship",
    "gaussian": "the same without the spike at the population's taste: one scale of the prior for everybody",
    "population": "the prior's mean, never updated",
    "quality": "the shared quality alone",
    "shared": "one reward for all: logistic regression on the expected choices of people drawn from the prior",
    "per_user": "logistic regression of this person's answers, without prior or quality",
    "pref": "PReF as released: random start, gradient descent, no L2",
    "lore": "LoRe: simplex weights over a basis learned from people drawn from the prior",
    "vpl": "VPL-style: mean-field Gaussian user around the shared reward, standard normal prior",
}
"""Every method of the table, and what it is."""


@dataclass(frozen=True, eq=False)
class UserChoices:
    """One user's answers. x: (n, n_base), offset: (n,), target: (n,) 1 for a, 0 for b, ½ for a tie; prompt: (n,)."""

    user: str
    x: FloatArray
    offset: FloatArray
    target: FloatArray
    prompt: NDArray[np.intp]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table. accuracy and auc leave ties out; auc is the mean of per-person AUCs.

    ece: expected calibration error of all people's predictions together. gains: over the population, person by person.
    asked: pairs asked on average, fewer than `answers` where somebody's pool ran out. Intervals: 95 %, over people.
    """

    method: str
    select: str
    answers: int
    accuracy: float
    accuracy_ci: tuple[float, float]
    auc: float
    log_loss: float
    n_users: int
    asked: float = float("nan")
    auc_ci: tuple[float, float] = (float("nan"), float("nan"))
    log_loss_ci: tuple[float, float] = (float("nan"), float("nan"))
    ece: float = float("nan")
    ece_ci: tuple[float, float] = (float("nan"), float("nan"))
    accuracy_gain: float = float("nan")
    accuracy_gain_ci: tuple[float, float] = (float("nan"), float("nan"))
    auc_gain: float = float("nan")
    auc_gain_ci: tuple[float, float] = (float("nan"), float("nan"))


Scores: TypeAlias = dict[tuple[str, int], FloatArray]
"""(method, answers) → (n_users, N_COLUMNS + 1): each user's scores (`engine.evaluation.metrics`), pairs asked last."""


def evaluate_choices(
    users: Sequence[UserChoices],
    prior: WeightPrior,
    *,
    answers: Sequence[int],
    select: Select,
    n_splits: int = 10,
    seed: int = 0,
    methods: Sequence[str] = tuple(METHODS),
    scales: tuple[float, ...] = SCALES,
) -> list[Result]:
    """Attune and the baselines (`METHODS`) after each number of answers; intervals by bootstrap over users.

    Args:
        scales: of our own prior, by which questions are chosen as well.
    """
    scores = user_scores(
        users, prior, answers=answers, select=select, n_splits=n_splits, seed=seed, methods=methods, scales=scales
    )
    return summarise(scores, select, seed)


def user_scores(
    users: Sequence[UserChoices],
    prior: WeightPrior,
    *,
    answers: Sequence[int],
    select: Select,
    n_splits: int,
    seed: int = 0,
    methods: Sequence[str] = tuple(METHODS),
    scales: tuple[float, ...] = SCALES,
) -> Scores:
    """Every user's mean scores over `n_splits` splits of their prompts."""
    pools, tests = [], []
    for number, user in enumerate(users):
        for split in range(n_splits):
            pool, test = _split(user, np.random.default_rng([seed, number, split]))
            pools.append(pool)
            tests.append(test)
    known = population_baselines(
        prior, np.vstack([user.x for user in users]), np.concatenate([user.offset for user in users]), seed
    )
    scores: Scores = {}
    for k, asked in ask(pools, prior, answers, select, scales):
        n_asked = np.array([[len(one.rows)] for one in asked])
        logits = predictions(pools, tests, asked, prior, known, methods, seed)
        for method in methods:
            rows = np.array([score_row(*pair) for pair in zip(logits[method], [t.target for t in tests], strict=True)])
            rows = np.hstack([rows, n_asked]).reshape(len(users), n_splits, -1)
            scores[method, k] = mean_of_present(rows, axis=1)
    return scores


def summarise(scores: Scores, select: Select, seed: int = 0) -> list[Result]:
    """Means over users, with bootstrap intervals, in the order of answers."""
    return [
        _result(method, select, k, rows, scores.get((REFERENCE, k)), seed)
        for (method, k), rows in sorted(scores.items(), key=lambda item: (item[0][1], item[0][0]))
    ]


def _split(user: UserChoices, rng: np.random.Generator) -> tuple[Pool, UserChoices]:
    """What may be asked, and what is predicted; no prompt in both."""
    distinct = rng.permutation(np.unique(user.prompt))
    held_out = np.isin(user.prompt, distinct[: round(len(distinct) * SHARE_HELD_OUT)])
    test = UserChoices(user.user, user.x[held_out], user.offset[held_out], user.target[held_out], user.prompt[held_out])
    order = rng.permutation(int((~held_out).sum()))
    return Pool(user.x[~held_out], user.offset[~held_out], user.target[~held_out], user.prompt[~held_out], order), test


def predictions(
    pools: Sequence[Pool],
    tests: Sequence[UserChoices],
    asked: Sequence[Asked],
    prior: WeightPrior,
    known: PopulationBaselines,
    methods: Sequence[str],
    seed: int,
) -> dict[str, list[FloatArray]]:
    """By method, for each person and split, the logits of a over b on the test pairs."""
    given = answers_of(pools, asked)
    found: dict[str, list[FloatArray]] = {
        "attune": [
            predicted_logits(test.x, test.offset, one.posterior) for test, one in zip(tests, asked, strict=True)
        ],
        "population": [test.offset + test.x @ prior.mean for test in tests],
        "quality": [test.offset for test in tests],
        "shared": [test.offset + test.x @ known.shared for test in tests],
    }
    if "gaussian" in methods:
        found["gaussian"] = [
            predicted_logits(test.x, test.offset, posterior)
            for test, posterior in zip(tests, gaussian_users(pools, asked, prior), strict=True)
        ]
    if "per_user" in methods:
        found["per_user"] = [test.x @ w for test, w in zip(tests, per_user_weights(given), strict=True)]
    if "pref" in methods:
        found["pref"] = [
            test.x @ w[:-1] + test.offset * w[-1] for test, w in zip(tests, pref_weights(given, seed), strict=True)
        ]
    if "lore" in methods:
        weights = lore_weights(given, known.lore_basis)
        found["lore"] = [test.offset + test.x @ w for test, w in zip(tests, weights, strict=True)]
    if "vpl" in methods:
        users = zip(tests, *variational_users(given, known.shared), strict=True)
        found["vpl"] = [averaged(test.offset + test.x @ mean, test.x**2 @ sd**2) for test, mean, sd in users]
    return found


def predicted_logits(x: FloatArray, offset: FloatArray, posterior: WeightPosterior) -> FloatArray:
    """Logits of a over b under a belief: x (n, n_base), offset (n,)."""
    return averaged(offset + x @ posterior.mean, np.einsum("ij,jk,ik->i", x, posterior.covariance, x))


def averaged(mean: FloatArray, variance: FloatArray) -> FloatArray:
    """The logit of the mean probability where the logit is Gaussian (MacKay's approximation)."""
    return np.asarray(mean / np.sqrt(1 + np.pi / 8 * variance))


def _result(method: str, select: str, k: int, rows: FloatArray, reference: FloatArray | None, seed: int) -> Result:
    """rows, reference: (n_users, N_COLUMNS + 1)."""
    mean = mean_of_present(rows)
    gain = rows - (rows if reference is None else reference)
    mean_gain = mean_of_present(gain)
    return Result(
        method=method,
        select=select,
        answers=k,
        accuracy=float(mean[ACCURACY]),
        accuracy_ci=mean_interval(rows[:, ACCURACY], seed),
        auc=float(mean[AUC]),
        auc_ci=mean_interval(rows[:, AUC], seed),
        log_loss=float(mean[LOG_LOSS]),
        log_loss_ci=mean_interval(rows[:, LOG_LOSS], seed),
        ece=float(calibration_error(rows[:, :-1])),
        ece_ci=interval(calibration_error(rows[bootstrap_rows(len(rows), seed), :-1])),
        accuracy_gain=float(mean_gain[ACCURACY]),
        accuracy_gain_ci=mean_interval(gain[:, ACCURACY], seed),
        auc_gain=float(mean_gain[AUC]),
        auc_gain_ci=mean_interval(gain[:, AUC], seed),
        n_users=len(rows),
        asked=float(mean[-1]),
    )
