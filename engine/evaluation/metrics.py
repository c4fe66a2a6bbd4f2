"""Scores of predicted choices: accuracy, AUC, log loss, calibration, and intervals by bootstrap over people.

Numpy only. A person's scores are one row, so that people can be averaged and resampled: see `COLUMNS`.
"""

from __future__ import annotations

import numpy as np

from engine.preferences.posterior import choice_probability
from engine.types import FloatArray

N_BOOTSTRAP = 2000
N_BINS = 10
"""Bins of confidence, max(p, 1 − p), between a half and one, for the expected calibration error."""
ACCURACY, AUC, LOG_LOSS = 0, 1, 2
_FIRST_BIN = 3
N_COLUMNS = _FIRST_BIN + 3 * N_BINS
"""Of a row: accuracy, AUC, log loss; then for each bin the share of pairs, their confidence, and how often right."""


def score_row(logits: FloatArray, target: FloatArray) -> FloatArray:
    """One person's scores on some pairs, (N_COLUMNS,).

    Ties are left out of accuracy and AUC; in log loss and calibration a tie counts half each way.
    """
    decided = target != 0.5
    row = np.full(N_COLUMNS, np.nan)
    if not len(target):
        return row
    if decided.any():
        row[ACCURACY] = np.where(logits == 0, 0.5, (logits > 0) == (target > 0.5))[decided].mean()
        row[AUC] = auc(logits[decided], target[decided])
    p = choice_probability(logits)
    row[LOG_LOSS] = -(target * np.log(p) + (1 - target) * np.log1p(-p)).mean()
    confidence = np.maximum(p, 1 - p)
    right = np.where(p >= 0.5, target, 1 - target)
    bins = np.minimum(((confidence - 0.5) * 2 * N_BINS).astype(int), N_BINS - 1)
    for part, values in enumerate((np.ones_like(p), confidence, right)):
        start = _FIRST_BIN + part * N_BINS
        row[start : start + N_BINS] = np.bincount(bins, values, N_BINS) / len(p)
    return row


def auc(logits: FloatArray, target: FloatArray) -> float:
    """Area under the ROC curve; pairs are symmetric, so that each also counts turned round. NaN where empty."""
    if len(logits) == 0:
        return float("nan")
    scores = np.concatenate([logits, -logits])
    labels = np.concatenate([target > 0.5, target < 0.5])
    positive, negative = np.sort(scores[labels]), scores[~labels]
    below = np.searchsorted(positive, negative, side="left")
    not_above = np.searchsorted(positive, negative, side="right")
    return float((len(positive) - 0.5 * (below + not_above)).mean() / len(positive))


def calibration_error(rows: FloatArray) -> FloatArray:
    """Expected calibration error of people pooled: (…, n_people, N_COLUMNS) → (…).

    Σ over bins of |mean confidence − share right|, weighted by the bin's share of the pairs.
    """
    share, confidence, right = np.split(mean_of_present(rows, axis=-2)[..., _FIRST_BIN:], 3, axis=-1)
    total = np.maximum(share.sum(axis=-1), 1e-12)
    return np.asarray(np.abs(confidence - right).sum(axis=-1) / total)


def mean_of_present(rows: FloatArray, axis: int = 0) -> FloatArray:
    """Means over an axis of what is there; NaN where nothing is."""
    present = np.isfinite(rows)
    total = np.where(present, rows, 0.0).sum(axis=axis)
    counts = present.sum(axis=axis)
    return np.where(counts > 0, total / np.maximum(counts, 1), np.nan)


def bootstrap_rows(n_people: int, seed: int = 0) -> np.ndarray[tuple[int, int], np.dtype[np.intp]]:
    """(N_BOOTSTRAP, n_people): who is drawn, with replacement, in each resample."""
    return np.random.default_rng(seed).integers(n_people, size=(N_BOOTSTRAP, n_people))


def interval(values: FloatArray) -> tuple[float, float]:
    """95 % of resampled values; NaN where there are none."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return (float("nan"), float("nan"))
    low, high = np.percentile(finite, [2.5, 97.5])
    return float(low), float(high)


def mean_interval(values: FloatArray, seed: int = 0) -> tuple[float, float]:
    """95 % interval of the mean over people, by bootstrap; people without a value (NaN) are left out."""
    present = values[np.isfinite(values)]
    if not len(present):
        return (float("nan"), float("nan"))
    return interval(present[bootstrap_rows(len(present), seed)].mean(axis=1))
