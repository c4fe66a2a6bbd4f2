"""Scores that are small enough to check by hand, or against a slow, obvious version."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.metrics import (
    ACCURACY,
    AUC,
    LOG_LOSS,
    auc,
    calibration_error,
    interval,
    mean_interval,
    mean_of_present,
    score_row,
)
from engine.preferences.posterior import choice_probability


def test_auc_counts_every_positive_against_every_negative():
    rng = np.random.default_rng(0)
    logits, target = np.round(rng.normal(0, 1, 40), 1), (rng.random(40) < 0.5).astype(float)
    scores, labels = np.concatenate([logits, -logits]), np.concatenate([target > 0.5, target < 0.5])
    pairs = [(p > n) + 0.5 * (p == n) for p in scores[labels] for n in scores[~labels]]
    assert auc(logits, target) == pytest.approx(np.mean(pairs))


def test_a_row_holds_accuracy_auc_and_log_loss():
    row = score_row(np.array([2.0, -1.0, 0.0, 3.0]), np.array([1.0, 1.0, 0.0, 0.5]))
    p = choice_probability(np.array([2.0, -1.0, 0.0, 3.0]))
    assert row[ACCURACY] == pytest.approx((1 + 0 + 0.5) / 3)
    assert row[AUC] == auc(np.array([2.0, -1.0, 0.0]), np.array([1.0, 1.0, 0.0]))
    loss = [-np.log(p[0]), -np.log(p[1]), -np.log(1 - p[2]), -0.5 * np.log(p[3]) - 0.5 * np.log(1 - p[3])]
    assert row[LOG_LOSS] == pytest.approx(np.mean(loss))


def test_somebody_without_pairs_has_no_scores():
    assert np.isnan(score_row(np.zeros(0), np.zeros(0))).all()


def test_choices_as_likely_as_predicted_are_calibrated_and_overconfidence_is_not():
    """20,000 choices: the error of a calibrated prediction is below 0.01."""
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 1.5, 20_000)
    target = (rng.random(20_000) < choice_probability(logits)).astype(float)
    assert calibration_error(score_row(logits, target)[None]) < 0.015
    assert calibration_error(score_row(4 * logits, target)[None]) > 0.08


def test_the_calibration_error_of_one_bin_is_the_distance_of_confidence_and_share_right():
    p = choice_probability(np.full(10, 1.0))[0]
    row = score_row(np.full(10, 1.0), np.array([1.0] * 9 + [0.0]))
    assert calibration_error(row[None]) == pytest.approx(abs(p - 0.9))


def test_people_are_pooled_before_bins_are_compared():
    """One person always right, one always wrong: together right half the time, at this confidence."""
    p = choice_probability(np.array([0.02]))[0]
    rows = np.array([score_row(np.full(4, 0.02), np.full(4, answer)) for answer in (1.0, 0.0)])
    assert calibration_error(rows) == pytest.approx(p - 0.5)


def test_means_and_intervals_leave_out_what_is_not_there():
    assert mean_of_present(np.array([[1.0, np.nan], [3.0, np.nan]])) == pytest.approx([2.0, np.nan], nan_ok=True)
    low, high = mean_interval(np.array([1.0, 3.0, np.nan]))
    assert (low, high) == (1.0, 3.0)
    assert np.isnan(interval(np.array([np.nan]))).all()
